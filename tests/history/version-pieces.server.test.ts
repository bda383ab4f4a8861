import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createDocument } from '../../server/documents/documents.ts'
import { templateContent } from '../../server/documents/templates.ts'
import { versions } from '../../server/history/tables.ts'
import { saveVersion } from '../../server/history/versions.ts'
import { unchecked } from '../../server/http/access-recheck.ts'
import { projects } from '../../server/projects/tables.ts'
import { defaultLimits } from '../../shared/limits.ts'
import { patchQueries } from '../helpers/db/patched-queries.ts'
import { insertPerson } from '../helpers/access/world.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/db/database.ts'

let own: TestDatabase
beforeAll(async () => void (own = await createTestDatabase()))
afterAll(() => own.drop())

test('a long version comes in pieces, and its document is held only when they are there', async () => {
  const { database } = own
  const { id: userId } = await insertPerson(database, {
    name: 'Li',
    email: 'li@example.com',
    passwordHash: 'none',
  })
  const [project] = await database.insert(projects).values({ name: 'Lamp', createdBy: userId }).returning()
  const place = { projectId: project!.id, userId, kind: 'brief', title: 'Brief' } as const
  const documentId = await createDocument(database, { ...place, content: templateContent('blank', 'en') })

  const statements: { text: string; largest: number }[] = []
  const restore = patchQueries(({ text = '', values, run }) => {
    const sizes = values.map((one) => (one as { length?: number } | null)?.length ?? 0)
    statements.push({ text, largest: Math.max(0, ...sizes) })
    return run()
  })
  onTestFinished(restore)

  const words = randomBytes(600_000).toString('hex')
  const content = JSON.stringify({ type: 'doc', content: [{ type: 'text', text: words }] })
  const state = randomBytes(700_000)
  const by = { userId, name: 'Li', side: 'design' as const }
  const kept = []
  for (const name of ['one', 'two']) {
    const bounds = { limits: defaultLimits }
    kept.push(
      await saveVersion(
        unchecked(database),
        documentId,
        by,
        name,
        { state, content: Buffer.from(content) },
        bounds,
      ),
    )
  }

  expect(kept.map(({ number, name }) => [number, name])).toEqual([
    [1, 'one'],
    [2, 'two'],
  ])
  expect(Math.max(...statements.map(({ largest }) => largest))).toBeLessThanOrEqual(262_144)
  const brought = statements.findIndex(({ text }) => text.startsWith('insert into "versions"'))
  const held = statements.findIndex(({ text }) => text.includes('for no key update'))
  expect(brought).toBeGreaterThan(-1)
  expect(held).toBeGreaterThan(brought)
  const [row] = await database.select().from(versions).where(eq(versions.id, kept[0]!.id))
  expect(Buffer.compare(row!.state, state)).toBe(0)
  expect(JSON.stringify(row!.content).length).toBe(content.length)
})
