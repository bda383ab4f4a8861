import { eq } from 'drizzle-orm'
import { Fragment, Node } from '@tiptap/pm/model'
import { isSafeLink } from '../../shared/document/safe-link.ts'
import { schema } from '../../shared/document/schema.ts'
import { heaviestRunIn } from '../../shared/document/text-runs.ts'
import { Refusal } from '../../shared/errors.ts'
import {
  isClosed,
  replacementBytes,
  type Author,
  type CreateThread,
  type Replacement,
} from '../../shared/review.ts'
import { isSha256 } from '../../shared/sha256.ts'
import type { Transaction } from '../db/database.ts'
import { appendTrail } from '../trail/append.ts'
import { noteChanges } from './notifications.ts'
import { threads } from './tables.ts'
import { lockThread } from './threads.ts'
import { subjectOf } from './trail.ts'

/** What may stand in a replacement: either words, line breaks and formulas, or whole paragraphs and pictures. */
const inlineNodes = new Set(['text', 'hardBreak', 'inlineMath'])
const blockNodes = new Set(['paragraph', 'imageFile'])

/**
 * The replacement of a new proposal as it is kept: nodes of the document schema, stripped of what the schema does
 * not know. An empty one strikes the text; its pictures are such as its author may read. Null for a thread of another
 * kind.
 * @throws Refusal `replacement_invalid`, `replacement_too_large`, `text_run_too_long`, `replacement_link`,
 * `replacement_picture`
 */
export async function keptReplacement(
  { kind, anchor, replacement }: Pick<CreateThread, 'kind' | 'anchor' | 'replacement'>,
  runCharacters: number,
  readable: (sha256s: string[]) => Promise<ReadonlyMap<string, string>>,
): Promise<Replacement | null> {
  if (kind !== 'proposal' && !replacement) return null
  if (kind !== 'proposal' || !replacement || anchor.type !== 'text') throw new Refusal('replacement_invalid')
  if (Buffer.byteLength(JSON.stringify(replacement)) > replacementBytes) {
    throw new Refusal('replacement_too_large', { limit: replacementBytes / 1_024 })
  }
  const nodes = nodesOf(replacement)
  refuseLongRuns(nodes, runCharacters)
  const pictures = nodes.filter(({ type }) => type.name === 'imageFile')
  const wanted = pictures.map(({ attrs }) => String(attrs.sha256))
  const known = await readable(wanted)
  if (wanted.some((sha256) => !known.has(sha256))) throw new Refusal('replacement_picture')
  return nodes.map(keptNode)
}

function nodesOf(replacement: Replacement): readonly Node[] {
  const isInline = replacement.every(({ type }) => inlineNodes.has(type))
  if (!isInline && !replacement.every(({ type }) => blockNodes.has(type))) {
    throw new Refusal('replacement_invalid')
  }
  refuseValues(replacement)
  let whole: Node
  try {
    whole = Node.fromJSON(schema, { type: isInline ? 'paragraph' : 'doc', content: replacement })
    whole.check()
  } catch {
    throw new Refusal('replacement_invalid')
  }
  whole.descendants((node) => {
    const { name } = node.type
    if (!inlineNodes.has(name) && !blockNodes.has(name)) throw new Refusal('replacement_invalid')
    if (name === 'inlineMath' && typeof node.attrs.latex !== 'string')
      throw new Refusal('replacement_invalid')
  })
  return whole.children
}

/** The text would refuse such words, and only whoever accepts them would hear of it. @throws Refusal `text_run_too_long` */
function refuseLongRuns(nodes: readonly Node[], limit: number): void {
  if (heaviestRunIn(Fragment.from(nodes)) > limit) throw new Refusal('text_run_too_long', { limit })
}

/** What the schema refuses as a value has words of its own. @throws Refusal `replacement_link`, `replacement_picture` */
function refuseValues(nodes: Replacement): void {
  for (const { type, attrs, marks, content } of nodes as RawNode[]) {
    const links = Array.isArray(marks) ? marks.filter((mark) => mark?.type === 'link') : []
    if (!links.every((mark) => isSafeLink(mark?.attrs?.href))) throw new Refusal('replacement_link')
    if (type === 'imageFile' && !isSha256(attrs?.sha256)) throw new Refusal('replacement_picture')
    if (Array.isArray(content)) refuseValues(content)
  }
}

/** A node as it was sent: anything at all. */
interface RawNode {
  type?: unknown
  attrs?: { sha256?: unknown } | null
  marks?: ({ type?: unknown; attrs?: { href?: unknown } | null } | null)[] | null
  content?: Replacement | null
}

/** Written out anew, attribute by attribute, so that nothing is kept that nobody looked at. */
function keptNode(node: Node): Replacement[number] {
  const { attrs, marks, text } = node
  const { name } = node.type
  return {
    type: name,
    ...(text !== undefined && { text }),
    ...(name === 'inlineMath' && { attrs: { latex: attrs.latex as string } }),
    ...(name === 'imageFile' && {
      attrs: {
        sha256: attrs.sha256 as string,
        alt: String(attrs.alt ?? ''),
        width: Number(attrs.width) || null,
      },
    }),
    ...(marks.length > 0 && {
      marks: marks.map((mark) =>
        mark.type.name === 'link'
          ? { type: 'link', attrs: { href: mark.attrs.href as string } }
          : { type: mark.type.name },
      ),
    }),
    ...(node.childCount > 0 && { content: node.children.map(keptNode) }),
  }
}

/**
 * Gives the acceptance of a proposal to one editor: a compare-and-set on the thread's row, so of two who accept at
 * once one gets it and the other is refused before anything is written.
 *
 * The text is then changed by the browser of the editor who got it, not here: an edit that the server makes could
 * not be taken back with that editor's undo (Yjs forgets text that others removed). Between the two steps a tab can
 * die. So the thread never says what the text says: every browser compares the passage with the words that were to
 * be replaced, and shows an accepted proposal whose old words still stand, with a button that accepts it again.
 * That is allowed to who has seen the last acceptance (`changes`), which makes it a compare-and-set like the first.
 * `attempt` is one press of the button, named by the browser: whose reply was lost asks again under the same name and is
 * told that it is theirs, and nothing is written. The same person's other tab is another attempt: were it told so too,
 * both would write the words.
 * @throws Refusal `not_found`; `invalid_input` for another kind of thread; `thread_closed` when somebody was faster,
 * `proposal_accepted` when it was the same person; `text_run_too_long` for words of earlier days that no text takes
 */
export async function acceptProposal(
  db: Transaction,
  projectId: string,
  threadId: string,
  by: Author,
  { changes, attempt }: { changes: number; attempt?: string },
  runCharacters: number,
): Promise<void> {
  const row = await lockThread(db, projectId, threadId, by.userId)
  // nobody has been asked yet
  if (row.draft) throw new Refusal('not_found')
  if (row.kind !== 'proposal') throw new Refusal('invalid_input', { field: 'kind' })
  const isAgain = row.accepted && row.changes === changes
  const isOwn = row.accepted && row.closedById === by.userId
  if (isOwn && attempt !== undefined && row.acceptedAttempt === attempt) return
  if (isClosed(row.state) && !isAgain) throw new Refusal(isOwn ? 'proposal_accepted' : 'thread_closed')
  refuseLongRuns(nodesOf(row.replacement ?? []), runCharacters)
  const fields = {
    state: 'settled',
    accepted: true,
    acceptedAttempt: attempt ?? null,
    closedById: by.userId,
    closedByName: by.name,
    closedBySide: by.side,
    closedAt: new Date(),
    closedReason: null,
    changes: row.changes + 1,
  } as const
  await db.update(threads).set(fields).where(eq(threads.id, threadId))
  await noteChanges(db, projectId, [{ row, fields }], by)
  const { userId, name, side } = by
  const act = { action: 'proposal.accepted', subject: subjectOf(row), details: { again: isAgain } } as const
  await appendTrail(db, projectId, [{ ...act, actor: { userId, name, side } }])
}
