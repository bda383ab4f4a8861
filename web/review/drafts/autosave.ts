import { plainTextOf, readContent, type CommentContent } from '../../../shared/comment/content.ts'
import { plainOf } from '../../../shared/anchors/replacement-text.ts'
import { anchor, type Anchor, type Replacement, type Severity } from '../../../shared/review.ts'
import type { TextAnchor } from '../../../shared/anchors/anchors.ts'
import type { ThreadValues } from '../../ui/threads/ThreadFields.tsx'
import { waitingIn } from '../pictures/waiting-pictures.ts'

/** The resource on whose page it is written; null where that is not known, as on the list of points. */
interface Place {
  resourceId: string | null
}

/** A point that is begun; `id` is its own. */
export interface AutosavedThread extends Place {
  kind: 'point'
  id: string
  anchor: Anchor
  content: CommentContent
  severity: Severity
  fields: ThreadValues
}
/** A reply to the point of that `id`. */
export interface AutosavedReply extends Place {
  kind: 'reply'
  id: string
  content: CommentContent
}
/** Other words for the comment of that `id`. */
export interface AutosavedEdit extends Place {
  kind: 'edit'
  id: string
  content: CommentContent
}
/** A passage that a proposal can replace, as nodes to begin writing from. */
export interface Passage {
  content: Replacement
  /** True when several paragraphs may stand there. */
  takesParagraphs: boolean
}
/** A proposal that is begun; `id` is its own. */
export interface AutosavedProposal extends Place {
  kind: 'proposal'
  id: string
  anchor: TextAnchor
  passage: Passage
  replacement: Replacement
  why: string
}
/** Plain words of another kind, such as a reason; `id` says what for. */
export interface AutosavedText extends Place {
  kind: 'text'
  id: string
  text: string
}
export type Autosaved = AutosavedText | AutosavedThread | AutosavedReply | AutosavedEdit | AutosavedProposal
type Kind = Autosaved['kind']
type Of<Wanted extends Kind> = Extract<Autosaved, { kind: Wanted }>

/**
 * What one person has begun to write in a project and has neither sent nor discarded: kept on this device, so that a
 * reload or another page does not lose it. No call throws; where the browser keeps nothing, it is there until the tab ends.
 */
export interface Autosave {
  get<Wanted extends Kind>(kind: Wanted, id: string): Of<Wanted> | null
  /** The latest of its kind that was begun on a resource's page. */
  latest<Wanted extends 'point' | 'proposal'>(kind: Wanted, resourceId: string): Of<Wanted> | null
  keep(words: Autosaved): void
  drop(kind: Kind, id: string): void
  /** Called when another tab sent or discarded it, with the JSON of what it was. */
  onGone(kind: Kind, id: string, listener: (was: string) => void): () => void
}

type Kept = Autosaved & { at: string }
/** As a former version kept it. */
type FormerlyKept = Kept & { documentId?: string | null }

/** What the browser did not keep, by the key it would have there. */
const inTab = new Map<string, string>()

const folderOf = (userId: string, projectId = '') => `begun/${userId}/${projectId && `${projectId}/`}`

export function autosaveOf(userId: string, projectId: string): Autosave {
  const folder = folderOf(userId, projectId)
  const keyOf = (kind: Kind, id: string) => `${folder}${kind}/${id}`
  return {
    get: <Wanted extends Kind>(kind: Wanted, id: string) =>
      readWords(readKey(keyOf(kind, id))) as Of<Wanted> | null,
    latest: <Wanted extends Kind>(kind: Wanted, resourceId: string) =>
      (allUnder(`${folder}${kind}/`)
        .map(({ words }) => words)
        .findLast((words) => words.resourceId === resourceId) as Of<Wanted> | undefined) ?? null,
    keep(words) {
      const key = keyOf(words.kind, words.id)
      const text = JSON.stringify({ ...words, at: new Date().toISOString() })
      try {
        localStorage.setItem(key, text)
        inTab.delete(key)
      } catch {
        inTab.set(key, text)
      }
    },
    drop: (kind, id) => forget(keyOf(kind, id)),
    onGone(kind, id, listener) {
      const onStorage = ({ key, oldValue, newValue }: StorageEvent) => {
        if (key === keyOf(kind, id) && oldValue !== null && newValue === null) listener(oldValue)
      }
      globalThis.addEventListener?.('storage', onStorage)
      return () => globalThis.removeEventListener?.('storage', onStorage)
    },
  }
}

/** What a person began on a resource's page, in whatever project that is; the oldest first. */
export const autosavedOn = (
  userId: string,
  resourceId: string,
): { key: string; words: Autosaved; drop(): void }[] =>
  allUnder(folderOf(userId))
    .filter(({ words }) => words.resourceId === resourceId)
    .map(({ key, words }) => ({ key, words, drop: () => forget(key) }))

/** The pictures that wait on this device for what a person began in a project. */
export const autosavedPictures = (userId: string, projectId: string): string[] =>
  allUnder(folderOf(userId, projectId)).flatMap(({ words }) =>
    'content' in words ? waitingIn(words.content) : [],
  )

/** What was begun, in plain text. */
export function plainTextOfAutosaved(words: Autosaved): string {
  if (words.kind === 'text') return words.text
  if (words.kind === 'proposal') return [plainOf(words.replacement), words.why].filter(Boolean).join('\n\n')
  const doc = readContent(words.content)
  return doc ? plainTextOf(doc) : ''
}

function allUnder(folder: string): { key: string; words: Kept }[] {
  return keysUnder(folder)
    .flatMap((key) => {
      const words = readWords(readKey(key))
      return words ? [{ key, words }] : []
    })
    .sort((one, other) => one.words.at.localeCompare(other.words.at))
}

function keysUnder(folder: string): string[] {
  const found = new Set([...inTab.keys()].filter((key) => key.startsWith(folder)))
  try {
    for (let at = 0; at < localStorage.length; at++) {
      const key = localStorage.key(at)!
      if (key.startsWith(folder)) found.add(key)
    }
  } catch {
    // blocked: what this tab holds is all there is
  }
  return [...found]
}

function readKey(key: string): string | null {
  const held = inTab.get(key)
  if (held !== undefined) return held
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function forget(key: string): void {
  inTab.delete(key)
  try {
    localStorage.removeItem(key)
  } catch {
    // it was not kept there either
  }
}

/** Null for what is torn, or was kept by a version with other forms: it would break the page each time that it opens. */
function readWords(text: string | null): Kept | null {
  if (text === null) return null
  try {
    const { documentId, ...kept } = JSON.parse(text) as FormerlyKept
    const words = (documentId === undefined ? kept : { ...kept, resourceId: documentId }) as Kept
    if (typeof words.id !== 'string' || typeof words.at !== 'string') return null
    if (words.kind === 'text') return typeof words.text === 'string' ? words : null
    if (words.kind === 'reply' || words.kind === 'edit') return readContent(words.content) && words
    if (!anchor.safeParse(words.anchor).success) return null
    if (words.kind === 'point') return readContent(words.content) && words
    return typeof words.why === 'string' &&
      typeof plainOf(words.replacement) === 'string' &&
      words.passage.content
      ? words
      : null
  } catch {
    return null
  }
}
