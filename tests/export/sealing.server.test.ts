import { writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { unzipSync, zipSync } from 'fflate'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { hashPassword } from '../../server/accounts/passwords.ts'
import { users } from '../../server/accounts/tables.ts'
import { startPackageProving } from '../../server/export/package/kept-packages.ts'
import { createSealing } from '../../server/export/package/sealing.ts'
import { openTypesetter, type Typeset } from '../../server/export/print/typeset.ts'
import { cutIntoPieces, streamFrom } from '../../server/files/pieces.ts'
import type { Converter } from '../../server/conversions/task.ts'
import { revisions } from '../../server/signoff/tables.ts'
import { Refusal } from '../../shared/errors.ts'
import { zip } from '../helpers/signoff/archives.ts'
import { asOwner } from '../helpers/db/database.ts'
import { until } from '../helpers/until.ts'
import { openWorld, type World } from '../helpers/access/world.ts'

const password = 'a lamp that is repaired'
let world: World
let passwordHash: string
beforeAll(async () => {
  world = await openWorld()
  passwordHash = await hashPassword(password)
})
afterAll(() => world.close())

/** A revision that both sides have signed. */
async function signed() {
  const [designer, maker] = [await world.person('Lin'), await world.person('Zhou')]
  await world.database.update(users).set({ passwordHash })
  const { projectId } = await world.project([designer, 'owner', 'design'], [maker, 'reviewer', 'manufacture'])
  const put = await designer.post(`/api/projects/${projectId}/revisions`, {})
  const path = `/api/projects/${projectId}/revisions/${put.body.revision.id as string}`
  expect((await designer.post(`${path}/signatures`, { password })).body.revision.state).toBe('open')
  expect((await maker.post(`${path}/signatures`, { password })).body.revision.state).toBe('sealing')
  return { designer, maker, projectId, path, id: put.body.revision.id as string }
}

const rowOf = async (id: string) => {
  const [row] = await world.database.select().from(revisions).where(eq(revisions.id, id))
  return row!
}
const bytesOf = async (cookie: string, path: string) => {
  const reply = await fetch(world.origin + path, { headers: { cookie } })
  return { status: reply.status, bytes: new Uint8Array(await reply.arrayBuffer()) }
}

/** A sealing of its own beside the world's, whose typesetter may fail. */
function sealingWith(typeset: Typeset, run: Converter['run'] = world.converter.run, onTold = () => {}) {
  const logged: string[] = []
  const logger = pino({ level: 'info' }, { write: (line) => void logged.push(line) })
  const { database, key, files, events } = world
  const sealing = createSealing({
    converter: { run },
    database,
    key,
    store: files,
    typeset,
    logger,
    firstPauseMs: 5,
    publish(projectId, event) {
      onTold()
      events.push({ ...event, projectId })
    },
  })
  return { sealing, failures: () => logged.filter((line) => line.includes('sealing failed')) }
}

describe('a package is stored when the last signature is given (issue 10.5, security 45)', () => {
  test('the revision is sealing until it is, everybody is told, and the stored bytes are what is handed out', async () => {
    const { designer, path, id } = await signed()
    const first = await bytesOf(designer.cookie, `${path}/package.zip`)
    expect(first.status).toBe(200)
    const row = await rowOf(id)
    expect(row.state).toBe('signed')
    expect(createHash('sha256').update(first.bytes).digest('hex')).toBe(row.packageSha256)
    const told = world.events.flatMap((event) =>
      event.type === 'revision.saved' && event.revision.id === id ? [event.revision.state] : [],
    )
    expect(told.slice(-2)).toEqual(['sealing', 'signed'])
    const pdf = await bytesOf(designer.cookie, `${path}/revision.pdf?locale=zh-CN`)
    expect(Buffer.from(pdf.bytes).equals(unzipSync(first.bytes)['revision-A.zh-CN.pdf']!)).toBe(true)

    // Whoever changes the stored file hands out nothing any more.
    const stored = row.packageSha256!
    const changed = Buffer.from(first.bytes)
    changed[400] = changed[400]! ^ 1
    await writeFile(`${world.folder}/files/${stored.slice(0, 2)}/${stored.slice(2, 4)}/${stored}`, changed)
    expect((await bytesOf(designer.cookie, `${path}/package.zip`)).status).toBe(409)
    expect((await bytesOf(designer.cookie, `${path}/revision.pdf`)).status).toBe(409)
  })

  test('a package that was forged and put in its place, in the row and on the disk, is never handed out', async () => {
    const { designer, path, id } = await signed()
    const honest = unzipSync((await bytesOf(designer.cookie, `${path}/package.zip`)).bytes)
    const forged = zipSync({ ...honest, 'revision-A.en.pdf': Buffer.from('%PDF-1.4 wall 1 mm') })
    const added = zipSync({ ...honest, 'note.txt': Buffer.from('one more page') })
    // as packages were packed before, and as they are stored now
    const entries = Object.entries(honest).map(([name, bytes]) => ({ name, bytes }))
    const note = { name: 'note.txt', bytes: Buffer.from('one more page') }
    const stored = zip(
      entries.map((one) => (one.name.endsWith('.en.pdf') ? { ...one, bytes: note.bytes } : one)),
    )
    const doubled = Buffer.from(zip([...entries, { ...note, name: 'revision-A.en.pdX' }]))
    const twice = Buffer.from(doubled.toString('latin1').replaceAll('.en.pdX', '.en.pdf'), 'latin1')
    for (const bytes of [forged, added, stored, zip([...entries, note]), twice, Buffer.from('no archive')]) {
      const staged = await world.files.stage(new Blob([new Uint8Array(bytes)]).stream(), Infinity)
      await staged.keep()
      await asOwner(world.database).transaction(async (tx) => {
        await tx.execute(sql`set local session_replication_role = replica`)
        await tx.update(revisions).set({ packageSha256: staged.sha256 }).where(eq(revisions.id, id))
      })
      expect((await designer.get(path)).body.revision.flaws).toEqual(['package_changed'])
      for (const file of ['package.zip', 'revision.pdf?locale=en']) {
        const reply = await bytesOf(designer.cookie, `${path}/${file}`)
        expect([reply.status, Buffer.from(reply.bytes).toString()]).toEqual([
          409,
          expect.stringContaining('revision_broken'),
        ])
      }
    }
  })

  test('a package that was stored is never replaced, and what was signed never opens again', async () => {
    const { designer, path, id } = await signed()
    await bytesOf(designer.cookie, `${path}/package.zip`)
    for (const set of [
      { packageSha256: 'ab'.repeat(32) },
      { state: 'sealing' },
      { state: 'open' },
    ] as const) {
      await expect(
        Promise.resolve(world.database.update(revisions).set(set).where(eq(revisions.id, id))),
      ).rejects.toThrow()
    }
  })

  test('sealing that fails is told to the operator and tried again; a crash is taken up by whoever starts next', async () => {
    await world.sealing.stop()
    const { designer, path, id } = await signed()
    const waits = await designer.get(`${path}/package.zip`)
    expect([waits.status, waits.body.error.code]).toEqual([409, 'revision_sealing'])
    expect((await rowOf(id)).state).toBe('sealing')

    let tries = 0
    const real = openTypesetter(world.converter)
    const { sealing, failures } = sealingWith((job, by) => {
      tries += 1
      return tries <= 2 ? Promise.reject(new Error('no memory')) : real(job, by)
    })
    sealing.wake()
    await until('the seal', async () => (await rowOf(id)).state === 'signed', 20)
    await sealing.stop()
    expect(failures()).toHaveLength(2)
    expect(failures()[0]).toContain(id)
    const { bytes } = await bytesOf(designer.cookie, `${path}/package.zip`)
    expect(Object.keys(unzipSync(bytes))).toContain('revision-A.en.pdf')
  })

  test('that a sealed revision could not be told is no failure of sealing: nothing is tried again', async () => {
    const { id } = await signed()
    const { converter } = world
    const { sealing, failures } = sealingWith(openTypesetter(converter), converter.run, () => {
      throw new Error('nobody listens')
    })
    sealing.wake()
    await sealing.settled(id, 30_000)
    expect((await rowOf(id)).state).toBe('signed')
    expect(failures()).toEqual([])
    await sealing.stop()
  })

  test('a machine on which prints take too long, are too large or crash leaves nothing out, however often', async () => {
    const { designer, path, id } = await signed()
    let tries = 0
    const real = openTypesetter(world.converter)
    const { sealing, failures } = sealingWith((job, by) => {
      const code = (['conversion_too_long', 'conversion_too_large', 'conversion_failed'] as const)[
        tries++ % 3
      ]!
      return tries <= 7 ? Promise.reject(new Refusal(code)) : real(job, by)
    })
    sealing.wake()
    await until('the seal', async () => (await rowOf(id)).state === 'signed', 30)
    await sealing.stop()
    expect(failures()).toHaveLength(7)
    const { bytes } = await bytesOf(designer.cookie, `${path}/package.zip`)
    expect(Object.keys(unzipSync(bytes))).toContain('revision-A.en.pdf')
  })

  test('content that the typesetter refuses cannot keep a revision from being sealed', async () => {
    const { designer, path, id } = await signed()
    const { sealing, failures } = sealingWith(() => Promise.reject(new Refusal('unprintable', { place: '' })))
    sealing.wake()
    await until('the seal', async () => (await rowOf(id)).state === 'signed', 20)
    await sealing.stop()
    expect(failures()).toHaveLength(2)
    const { bytes } = await bytesOf(designer.cookie, `${path}/package.zip`)
    const names = Object.keys(unzipSync(bytes))
    expect(names).toContain('record.json')
    expect(names.filter((name) => name.endsWith('.pdf'))).toEqual([])
  })

  test('texts that cannot be written out are left out when its prints are', async () => {
    const { designer, path, id } = await signed()
    const run: Converter['run'] = async (task, input, by) => {
      if (task.name === 'package texts') throw new Refusal('unprintable')
      return world.converter.run(task, input, by)
    }
    const { sealing, failures } = sealingWith(() => Promise.reject(new Refusal('unprintable')), run)
    sealing.wake()
    await until('the seal', async () => (await rowOf(id)).state === 'signed', 20)
    await sealing.stop()
    expect(failures()).toHaveLength(2)
    const { bytes } = await bytesOf(designer.cookie, `${path}/package.zip`)
    const names = Object.keys(unzipSync(bytes))
    expect(names.filter((name) => name.endsWith('.md'))).toEqual([])
    expect(names).toContain('record.json')
  })

  test('a revision is sealed once, however often it is asked for', async () => {
    const { designer, path, id } = await signed()
    const { sealing } = sealingWith(openTypesetter(world.converter))
    sealing.wake()
    sealing.wake()
    await sealing.settled(id, 20_000)
    expect((await rowOf(id)).packageSha256).not.toBeNull()
    expect((await bytesOf(designer.cookie, `${path}/package.zip`)).status).toBe(200)
    await sealing.stop()
  })

  test('N3: a package that was taken out of its row is told as missing, and never made anew', async () => {
    const { designer, path, id } = await signed()
    // without prints it is made in a moment
    const { sealing, failures } = sealingWith(() => Promise.reject(new Refusal('unprintable')))
    sealing.wake()
    await until('the seal', async () => (await rowOf(id)).state === 'signed', 60)
    const failed = failures().length
    await asOwner(world.database).transaction(async (tx) => {
      await tx.execute(sql`set local session_replication_role = replica`)
      const none = { packageSha256: null, packageSignature: null, packagePublicKey: null }
      await tx.update(revisions).set(none).where(eq(revisions.id, id))
    })
    sealing.wake()
    await until('the refusal to be logged', () => failures().length > failed)
    await sealing.stop()
    expect((await rowOf(id)).packageSha256).toBeNull()
    expect((await designer.get(path)).body.revision.flaws).toEqual(['package_missing'])
    const reply = await bytesOf(designer.cookie, `${path}/package.zip`)
    expect([reply.status, Buffer.from(reply.bytes).toString()]).toEqual([
      409,
      expect.stringContaining('revision_broken'),
    ])
  })

  describe('one that was stored before the key signed for it', () => {
    /** A sealed revision whose row is as before the key signed for packages, with its package as it was or packed. */
    async function unproved(change: (bytes: Uint8Array) => Uint8Array | null = (bytes) => bytes) {
      const { designer, path, id, projectId } = await signed()
      // without prints it is made in a moment
      const { sealing } = sealingWith(() => Promise.reject(new Refusal('unprintable')))
      sealing.wake()
      await until('the seal', async () => (await rowOf(id)).state === 'signed', 60)
      await sealing.stop()
      const { packageSha256 } = await rowOf(id)
      const bytes = change(new Uint8Array((await world.files.read(packageSha256!))!))
      const staged = bytes && (await world.files.stage(streamFrom(cutIntoPieces(bytes)), Infinity))
      await staged?.keep()
      const values = {
        packageSignature: null,
        packagePublicKey: null,
        packageSha256: staged?.sha256 ?? 'ab'.repeat(32),
      }
      await asOwner(world.database).transaction(async (tx) => {
        await tx.execute(sql`set local session_replication_role = replica`)
        await tx.update(revisions).set(values).where(eq(revisions.id, id))
      })
      const integrity = async () => (await designer.get(path)).body.revision.integrity
      return { id, projectId, integrity, download: () => designer.get(`${path}/package.zip`) }
    }
    const start = (run: Converter['run'] = world.converter.run) => {
      const { database, key, files: store } = world
      const logger = pino({ level: 'silent' })
      return startPackageProving({ database, store, key, converter: { run }, logger, firstPauseMs: 5 })
    }
    const packed = (bytes: Uint8Array) => zipSync(unzipSync(bytes), { level: 6 })

    test('is proved in the background, once', async () => {
      const { id, integrity } = await unproved()
      const { tried, stop } = await start()
      expect(await integrity()).toBe('ok')
      await tried
      await stop()
      expect((await rowOf(id)).packageSignature).not.toBeNull()
      expect(await integrity()).toBe('ok')
    })

    test('is broken when its bytes are not those that were signed, or are gone', async () => {
      const forged = (bytes: Uint8Array) => {
        const files = unzipSync(bytes)
        return zipSync({ ...files, 'verify.html': Buffer.from('All is well.') }, { level: 6 })
      }
      const noArchive = (bytes: Uint8Array) => {
        const changed = packed(bytes)
        // a block of a kind that there is none of
        const at = 30 + changed[26]! + 256 * changed[27]! + changed[28]! + 256 * changed[29]!
        changed[at] = 0xff
        return changed
      }
      for (const change of [forged, noArchive, () => null]) {
        const { id, integrity } = await unproved(change)
        const { tried, stop } = await start()
        await tried
        await stop()
        expect(await integrity(), change.name).toBe('broken')
        expect((await rowOf(id)).packageSignature).toBeNull()
      }
    })

    test('is not broken by a deadline, lack of memory, a killed process or a full queue, and is tried again', async () => {
      const { id, projectId, integrity } = await unproved(packed)
      const failures = [
        'conversion_too_long',
        'conversion_too_large',
        'conversion_failed',
        'too_many_conversions',
      ] as const
      let tries = 0
      const run: Converter['run'] = (task, input, by) => {
        const code = by.projectId === projectId ? failures[tries++] : undefined
        return code ? Promise.reject(new Refusal(code)) : world.converter.run(task, input, by)
      }
      const { tried, stop } = await start(run)
      await tried
      expect(await integrity()).toBe('ok')
      await until('it to be proved', async () => (await rowOf(id)).packageSignature !== null, 60)
      await stop()
      expect(tries).toBe(failures.length + 1)
      expect(await integrity()).toBe('ok')
    })

    test('is not handed out while it cannot be unpacked, which is told as something that passes', async () => {
      const { download } = await unproved(packed)
      const holding = vi.spyOn(world.converter, 'run').mockRejectedValue(new Refusal('conversion_too_long'))
      const { tried, stop } = await start()
      await tried
      const refused = await download()
      holding.mockRestore()
      expect([refused.status, refused.body.error]).toMatchObject([
        503,
        { code: 'package_unchecked', params: { letter: 'A' } },
      ])
      expect((await download()).status).toBe(200)
      await stop()
    })

    test('is broken when its row is changed after the start', async () => {
      const { id, integrity } = await unproved(packed)
      const { tried, stop } = await start(() => Promise.reject(new Refusal('conversion_failed')))
      await tried
      expect(await integrity()).toBe('ok')
      await asOwner(world.database).transaction(async (tx) => {
        await tx.execute(sql`set local session_replication_role = replica`)
        await tx
          .update(revisions)
          .set({ packageSha256: 'cd'.repeat(32) })
          .where(eq(revisions.id, id))
      })
      expect(await integrity()).toBe('broken')
      await stop()
    })
  })
})
