import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { databaseHome } from '../../server/db/cluster.ts'
import { startEmbeddedPostgres } from '../../server/db/embedded-postgres.ts'
import { endLeftDatabase } from '../../server/db/left-database.ts'
import { databaseAccount } from '../../server/db/postgres-binaries.ts'
import { isAlive, notedPostmaster } from '../../server/db/postmaster.ts'
import {
  clusterOf,
  newDataDir,
  query,
  removeAfterwards,
  startPostgres,
} from '../helpers/process/own-postgres.ts'

const isRoot = process.getuid?.() === 0
const account = databaseAccount()

const copy = (from: string, to: string) => void execFileSync('cp', ['-a', from, to])

/** A data folder with one row in its database, which is stopped. */
async function filled(dataDir: string): Promise<void> {
  const postgres = await startPostgres(dataDir, { fsync: false })
  await query(postgres.ownerConnection, `create table kept as select 'original' as word`)
  await postgres.stop()
}

describe('a copied data folder', () => {
  test('starts by itself beside the original, and ends only its own database', async () => {
    const folder = newDataDir()
    const [original, other] = [join(folder, 'data'), join(folder, 'copy')]
    mkdirSync(original)
    await filled(original)
    copy(original, other)
    const [first, second] = [
      await startPostgres(original, { fsync: false }),
      await startPostgres(other, { fsync: false }),
    ]
    await query(second.ownerConnection, `update kept set word = 'copy'`)
    await second.stop()
    expect(await query(first.ownerConnection, 'select * from kept')).toEqual([{ word: 'original' }])
    expect(
      await query((await startPostgres(other, { fsync: false })).ownerConnection, 'select * from kept'),
    ).toEqual([{ word: 'copy' }])
  })

  test('taken while the original runs, ends nothing of the original', async () => {
    const folder = newDataDir()
    const [original, other] = [join(folder, 'data'), join(folder, 'copy')]
    mkdirSync(original)
    const first = await startPostgres(original, { fsync: false })
    copy(original, other)
    await endLeftDatabase(other)
    expect(await query(first.ownerConnection, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(existsSync(join(other, 'postgres/cluster/postmaster.pid'))).toBe(true)
  })

  test('with a name so long that sockets lie elsewhere, never takes what answers there for its own', async () => {
    const folder = newDataDir()
    const dataDir = join(folder, 'x'.repeat(90))
    mkdirSync(dataDir)
    const moved = `${dataDir}-moved`
    await filled(dataDir)
    copy(dataDir, moved)
    const first = await startPostgres(dataDir, { fsync: false })
    const pid = notedPostmaster(clusterOf(dataDir))!
    // the copy in the place of the original, whose database goes on at the same socket
    renameSync(dataDir, join(folder, 'away'))
    renameSync(moved, dataDir)
    await expect(startEmbeddedPostgres({ dataDir, fsync: false })).rejects.toThrow(
      /leads to the PostgreSQL of/,
    )
    expect(await query(first.ownerConnection, 'select * from kept')).toEqual([{ word: 'original' }])
    expect(isAlive(pid)).toBe(true)
  })

  describe.runIf(isRoot)('that the database’s account cannot enter', () => {
    /** An original that only root can enter: its database lies elsewhere. */
    async function closedOriginal() {
      const folder = newDataDir()
      chmodSync(folder, 0o700)
      const [original, other] = [join(folder, 'data'), join(folder, 'copy')]
      await filled(original)
      const home = removeAfterwards(databaseHome(original, account))
      copy(original, other)
      return { folder, original, other, home }
    }
    const noteOf = (dataDir: string) => readFileSync(join(dataDir, 'postgres-is-at'), 'utf8').split('\n')[0]

    test('is refused the original’s database, with what to copy where, and then starts by itself', async () => {
      const { original, other, home } = await closedOriginal()
      const first = await startPostgres(original, { fsync: false })
      const refused = await startEmbeddedPostgres({ dataDir: other }).then(
        () => null,
        (failure: Error) => failure.message,
      )
      const [, from, to] = /Copy (\S+) to (\S+) too/.exec(refused!)!
      expect(from).toBe(home)
      await endLeftDatabase(other).catch(() => {})
      expect(await query(first.ownerConnection, 'select * from kept')).toEqual([{ word: 'original' }])
      await first.stop()
      copy(home, removeAfterwards(to!))
      const [again, second] = [
        await startPostgres(original, { fsync: false }),
        await startPostgres(other, { fsync: false }),
      ]
      await query(second.ownerConnection, `update kept set word = 'copy'`)
      await second.stop()
      expect(await query(again.ownerConnection, 'select * from kept')).toEqual([{ word: 'original' }])
      expect([noteOf(original), noteOf(other)]).toEqual([home, to])
    })

    test('starts by itself when the database was copied into it', async () => {
      const { original, other, home } = await closedOriginal()
      copy(home, join(other, 'postgres'))
      const [first, second] = [
        await startPostgres(original, { fsync: false }),
        await startPostgres(other, { fsync: false }),
      ]
      removeAfterwards(noteOf(other)!)
      await query(second.ownerConnection, `update kept set word = 'copy'`)
      await second.stop()
      expect(await query(first.ownerConnection, 'select * from kept')).toEqual([{ word: 'original' }])
    })

    test('keeps its place when it is renamed, and when it is brought back under its name', async () => {
      const { folder, original, other, home } = await closedOriginal()
      renameSync(original, join(folder, 'renamed'))
      expect(databaseHome(join(folder, 'renamed'), account)).toBe(home)
      renameSync(other, original)
      expect(databaseHome(original, account)).toBe(home)
    })

    test('with a note of a former version, which names no folder, is told from its original', async () => {
      const { original, other, home } = await closedOriginal()
      for (const dataDir of [original, other]) writeFileSync(join(dataDir, 'postgres-is-at'), `${home}\n`)
      const first = await startPostgres(original, { fsync: false })
      await expect(startEmbeddedPostgres({ dataDir: other })).rejects.toThrow(/another data folder/)
      expect(await query(first.ownerConnection, 'select * from kept')).toEqual([{ word: 'original' }])
      expect(readFileSync(join(original, 'postgres-is-at'), 'utf8').split('\n')).toHaveLength(4)
    })
  })
})
