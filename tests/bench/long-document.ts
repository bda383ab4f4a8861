import { prosemirrorJSONToYXmlFragment } from '@tiptap/y-tiptap'
import { sql } from 'drizzle-orm'
import * as Y from 'yjs'
import { anchorOf } from '../../shared/anchors/anchors.ts'
import { schema } from '../../shared/document/schema.ts'
import { textField } from '../../shared/document/text-field.ts'
import { layOutText, type TextLayout } from '../../shared/document/text-layout.ts'
import { nodeAnchorOf } from '../../shared/anchors/node-anchors.ts'
import { categories, severities, type Anchor } from '../../shared/review.ts'
import type { Side } from '../../shared/permissions.ts'
import { newId } from '../../server/db/columns.ts'
import type { Database } from '../../server/db/database.ts'
import { bullets, doc, heading, paragraph, table } from '../../server/documents/compose.ts'
import { comments, threads } from '../../server/review/tables.ts'
import { createPerson, join, openRoom, type Person } from '../helpers/people.ts'
import type { CountersignProcess } from './countersign.ts'
import { until } from '../helpers/until.ts'

/** A page as A4 holds it: about 2,600 characters in 9 blocks, every other one in Chinese. */
const latin =
  'The wall of the shade is 1.2 mm thick and must not fall below 1.0 mm at any rib, or the sink shows after painting. ' +
  'Where the gate enters, the flow splits around the socket and meets again behind it; the weld line stays on the inner face. '
const chinese =
  '灯罩壁厚为 1.2 mm，任何加强筋处不得小于 1.0 mm，否则喷涂后会出现缩痕。浇口处料流绕过灯座后在背面汇合，熔接线应留在内侧面。' +
  '拔模斜度不小于 1.5°，滑块行程不超过 12 mm，分型面须避开外观面。压铸件时效后再精加工基准 A 与基准 B。'

function page(number: number) {
  const isChinese = number % 2 === 1
  const say = (at: number) => paragraph(`${number}.${at} ${isChinese ? chinese + chinese : latin + latin}`)
  return [
    heading(2, isChinese ? `第 ${number} 节　外壳与装配` : `Section ${number}: housing and assembly`),
    say(1),
    say(2),
    bullets(
      ...[1, 2, 3, 4].map(
        (at) => `${number}.${at} ${isChinese ? '检查配合间隙与毛刺' : 'check fit and burrs'}`,
      ),
    ),
    say(3),
    table(
      [['No.', 'Value', 'Tolerance']],
      [1, 2, 3, 4].map((at) => [`${number}-${at}`, `${at * 12} mm`, '± 0.05']),
    ),
    say(4),
    say(5),
  ]
}

export interface LongDocument {
  documentId: string
  layout: TextLayout
}

/** A document of so many pages, written by `person` through the room's socket and saved. */
export async function writeLongDocument(
  person: Person,
  projectId: string,
  title: string,
  pages: number,
): Promise<LongDocument> {
  const path = `/api/projects/${projectId}/documents`
  const { id: documentId } = await person.post<{ id: string }>(path, { kind: 'spec', title })
  const { provider, doc: shared } = openRoom(person, documentId)
  await until('the room to be synced', () => provider.synced, 30)
  const fragment = shared.getXmlFragment(textField)
  for (let first = 0; first < pages; first += 10) {
    const part = new Y.Doc()
    const blocks = Array.from({ length: Math.min(10, pages - first) }, (_, at) => page(first + at + 1)).flat()
    prosemirrorJSONToYXmlFragment(schema, doc(...blocks), part.getXmlFragment(textField))
    fragment.push(
      part
        .getXmlFragment(textField)
        .toArray()
        .map((block) => block.clone() as Y.XmlElement),
    )
  }
  const other = openRoom(person, documentId)
  await until(
    'another reader to have all of it',
    () => other.doc.getXmlFragment(textField).length === fragment.length,
    60,
  )
  provider.destroy()
  other.provider.destroy()
  return { documentId, layout: layOutText(fragment) }
}

/** A project of two people with the same document of so many pages twice. */
export async function openReviewedProject({ owner, origin }: CountersignProcess, pages: number) {
  const { id: projectId } = await owner.post<{ id: string }>('/api/projects', { name: 'Lamp' })
  const factory = await createPerson(origin, '李伟')
  await join(owner, factory, projectId, 'manufacture', 'reviewer')
  return {
    projectId,
    people: [
      { ...owner.user, side: 'design' as const },
      { ...factory.user, side: 'manufacture' as const },
    ],
    plain: await writeLongDocument(owner, projectId, 'Without points', pages),
    reviewed: await writeLongDocument(owner, projectId, 'With points', pages),
  }
}

/** Points all over a document: most on passages, a tenth on blocks, a tenth on cells, a tenth proposals. */
export function pointsOn({ documentId, layout }: LongDocument, count: number): RaisedPoint[] {
  const runs = layout.runs.filter(({ length }) => length > 120)
  const cells = layout.elements.filter(({ element }) => element.nodeName === 'tableCell')
  const blocks = layout.elements.filter(
    ({ element }) => element.nodeName === 'paragraph' && element.length > 0,
  )
  const pick = <One>(from: readonly One[], at: number): One => from[Math.floor((at * from.length) / count)]!
  const anchorAt = (at: number): Anchor => {
    if (at % 10 === 1) return nodeAnchorOf(layout, documentId, pick(blocks, at).at)!
    if (at % 10 === 2) return nodeAnchorOf(layout, documentId, pick(cells, at).at)!
    const from = pick(runs, at).at + ((at * 37) % 60)
    return anchorOf(layout, documentId, { from, to: from + 8 + (at % 30) })!
  }
  return Array.from({ length: count }, (_, at) => ({
    documentId,
    anchor: anchorAt(at),
    kind: at % 10 === 3 ? 'proposal' : 'comment',
    replacement: at % 10 === 3 ? [{ type: 'text', text: '1.4 mm ± 0.05' }] : null,
  }))
}

/** Points on the project as a whole. */
export const pointsOnProject = (count: number): RaisedPoint[] =>
  Array.from({ length: count }, () => ({ resourceId: null, anchor: { type: 'project' }, kind: 'comment' }))

type RaisedPoint = Pick<typeof threads.$inferInsert, 'resourceId' | 'anchor' | 'kind' | 'replacement'>

/** Brings points in as rows, raised by these people in turn; by HTTP thousands would take minutes. */
export async function raisePoints(
  database: Database,
  projectId: string,
  people: readonly { id: string; name: string; side: Side }[],
  points: readonly RaisedPoint[],
): Promise<void> {
  for (let from = 0; from < points.length; from += 500) {
    const rows = points.slice(from, from + 500).map((point, index) => {
      const { id: authorId, name: authorName, side: authorSide } = people[index % people.length]!
      const author = { authorId, authorName, authorSide }
      const at = from + index
      const id = newId()
      return {
        thread: {
          ...point,
          ...author,
          id,
          projectId,
          number: at + 1,
          severity: severities[at % 3]!,
          category: categories[at % categories.length],
        },
        comment: { ...author, id: newId(), threadId: id, position: 0, body: wordsOf(at) },
      }
    })
    await database.insert(threads).values(rows.map(({ thread }) => thread))
    await database.insert(comments).values(rows.map(({ comment }) => comment))
  }
  // what the database does by itself within a minute of so many rows
  await database.execute(sql`analyze`)
}

const wordsOf = (at: number): string =>
  at % 2 === 0
    ? `Point ${at}: the rib beside the socket is too thick here; sink will show. Please reduce to 0.7 mm.`
    : `第 ${at} 点：此处加强筋偏厚，外观面会有缩痕，请减到 0.7 毫米，并确认拔模斜度。`
