import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Locale } from '../../shared/accounts.ts'
import type { DocumentKind } from '../../shared/documents.ts'
import { defaultLimits, type Limits } from '../../shared/limits.ts'
import { users } from '../accounts/tables.ts'
import type { Queries, Transaction } from '../db/database.ts'
import type { Content } from '../documents/compose.ts'
import { createDocument } from '../documents/documents.ts'
import { resources } from '../resources/tables.ts'
import { inspectImage, measureImage } from '../files/image.ts'
import type { FileStore } from '../files/store.ts'
import { files } from '../files/tables.ts'
import { captureOf, written } from '../history/capture.ts'
import { stateAt } from '../history/history.ts'
import { docAt } from '../history/replay.ts'
import { saveVersion } from '../history/versions.ts'
import { createProject } from '../projects/projects.ts'
import { members, projects } from '../projects/tables.ts'
import { briefEn } from './brief-en.ts'
import { briefZh } from './brief-zh.ts'
import { cast, firms, type Person } from './cast.ts'
import { drawGeneralView } from './drawing.ts'
import { threadsEn } from './threads-en.ts'
import { threadsZh } from './threads-zh.ts'
import { writeThreads, type People, type SampleThread, type SeededDocument } from './threads.ts'
import { actorIn, recordBeginning, recordThreads } from './recording.ts'
import { specEn } from './spec-en.ts'
import { specZh } from './spec-zh.ts'

interface Telling {
  project: string
  titles: Record<DocumentKind, string>
  version: string
  brief(drawing: string): Content
  spec(drawing: string): Content
  points: SampleThread[]
}

const tellings: Record<Locale, Telling> = {
  en: {
    project: 'Longshui L1 table lamp',
    titles: { brief: 'L1 product brief', spec: 'L1 specification' },
    version: 'For DFM review',
    brief: briefEn,
    spec: specEn,
    points: threadsEn,
  },
  'zh-CN': {
    project: '龙水 L1 台灯',
    titles: { brief: 'L1 产品设计任务书', spec: 'L1 技术规格书' },
    version: 'DFM 评审稿',
    brief: briefZh,
    spec: specZh,
    points: threadsZh,
  },
}

/** The work on the lamp began so long before it is opened here. */
const begunAgo = 12 * 86_400_000
const pixelLimit = 10_000_000
const drawingName = 'L1-00.png'

/**
 * Creates the sample project, a die-cast table lamp under review, with the user as its owner on the design side. Its
 * people are accounts whose password nobody knows. Everything is there or nothing; each call makes another project.
 * @throws Refusal `too_many_projects`
 */
export async function createSample(
  database: Queries,
  store: FileStore,
  owner: { userId: string; locale: Locale },
  hash: (password: string) => Promise<string>,
  limits: Limits = defaultLimits,
): Promise<string> {
  const telling = tellings[owner.locale]
  const [drawing, passwordHash] = await Promise.all([
    drawGeneralView(),
    hash(randomBytes(32).toString('base64url')),
  ])
  const begun = new Date(Date.now() - begunAgo)
  return database.transaction(async (db) => {
    const by = await nameOf(db, owner.userId)
    const given = { name: telling.project, side: 'design', by } as const
    const projectId = await createProject(db, given, limits, { sample: true })
    await db.update(projects).set({ createdAt: begun }).where(eq(projects.id, projectId))
    const people = await bringPeople(db, projectId, { locale: owner.locale, passwordHash, joinedAt: begun })
    const sha256 = await keepDrawing(db, store, drawing, { projectId, userId: people.engineer.id })
    const write = (kind: DocumentKind, author: Person) =>
      writeDocument(db, projectId, {
        kind,
        title: telling.titles[kind],
        content: telling[kind](sha256),
        userId: people[author].id,
        begun,
      })
    const brief = await write('brief', 'designer')
    const spec = await write('spec', 'engineer')
    await recordBeginning(db, projectId, people, { brief, spec }, { sha256, name: drawingName })
    const engineer = actorIn(people, 'engineer')
    const capture = written(captureOf(spec.doc))
    await saveVersion(db, spec.id, engineer, telling.version, capture, { limits: defaultLimits })
    await writeThreads(db, projectId, telling.points, people, { brief, spec })
    await recordThreads(db, projectId)
    return projectId
  })
}

async function nameOf(db: Queries, userId: string) {
  const [user] = await db
    .select({ userId: users.id, name: users.name })
    .from(users)
    .where(eq(users.id, userId))
  return user!
}

async function bringPeople(
  db: Queries,
  projectId: string,
  given: { locale: Locale; passwordHash: string; joinedAt: Date },
): Promise<People> {
  const { locale, passwordHash, joinedAt } = given
  const tag = randomBytes(4).toString('hex')
  const people: Partial<People> = {}
  for (const [person, { side, role, mailbox, name }] of Object.entries(cast)) {
    const firm = firms[side]
    const [user] = await db
      .insert(users)
      .values({
        email: `${mailbox}.${tag}@${firm.domain}`,
        name: name[locale],
        firm: firm.name[locale],
        locale,
        passwordHash,
      })
      .returning()
    people[person as Person] = user!
    await db.insert(members).values({ projectId, userId: user!.id, side, role, joinedAt })
  }
  return people as People
}

/** Keeps the drawing in the file store. Bytes without a row are nobody's, so a failure later leaves nothing to see. */
async function keepDrawing(
  db: Queries,
  store: FileStore,
  drawing: Uint8Array<ArrayBuffer>,
  by: { projectId: string; userId: string },
): Promise<string> {
  const name = drawingName
  const image = await inspectImage(drawing, { name, mediaType: 'image/png' }, pixelLimit, () =>
    measureImage(drawing),
  )
  const staged = await store.stage(new Blob([drawing]).stream(), drawing.byteLength)
  try {
    await staged.keep()
  } finally {
    await staged.discard()
  }
  const { sha256, bytes } = staged
  const { projectId, userId } = by
  await db.insert(files).values({ projectId, sha256, bytes, name, ...image, createdBy: userId })
  return sha256
}

async function writeDocument(
  db: Transaction,
  projectId: string,
  given: { kind: DocumentKind; title: string; content: Content; userId: string; begun: Date },
): Promise<SeededDocument> {
  const { begun, ...rest } = given
  const id = await createDocument(db, { projectId, ...rest })
  await db.update(resources).set({ createdAt: begun }).where(eq(resources.id, id))
  const doc = docAt(await stateAt(db, id))
  return { id, doc, title: rest.title, kind: rest.kind }
}
