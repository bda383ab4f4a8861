import { Refusal } from '../../shared/errors.ts'
import { plainOf } from '../../shared/anchors/replacement-text.ts'
import { resourceOf } from '../../shared/review.ts'
import type { Obstacles } from '../../shared/signoff.ts'
import type { BareThread, Freeze, FreezeDeps, FrozenResource } from '../resources/kinds.ts'
import { startTurns, WrittenJson } from '../trail/canonical.ts'

/** A resource in the snapshot of a revision. */
export interface SnapshotResource {
  id: string
  /** As it is registered. */
  kind: string
  title: string
  /** Null for a kind that this version does not know. */
  freeze: Freeze | null
}

export interface FrozenResources {
  /** Those that convert without loss, by id. */
  texts: Map<
    string,
    Pick<FrozenResource, 'facts' | 'size' | 'hidden' | 'pictures'> & { content: WrittenJson }
  >
  changedQuotes: Set<string>
  obstacles: Obstacles
}

/**
 * Has each kind convert its resources of one moment, and hold the points of that moment against them: what does not
 * convert without loss, which accepted proposals were never written, and whose quotations changed.
 */
export async function freezeResources(
  deps: FreezeDeps,
  resources: readonly SnapshotResource[],
  threads: readonly BareThread[],
): Promise<FrozenResources> {
  const frozen: FrozenResources = {
    texts: new Map(),
    changedQuotes: new Set(),
    obstacles: { lossy: [], unwritten: [], unchecked: [] },
  }
  const unwritten = new Set<string>()
  const unchecked = new Set<string>()
  const present = new Map<string, BareThread[]>(resources.map(({ id }) => [id, []]))
  for (const thread of threads) {
    const resourceId = resourceOf(thread.anchor)
    if (resourceId === null) continue
    const others = present.get(resourceId)
    if (others) others.push(thread)
    else frozen.changedQuotes.add(thread.id)
  }
  for (const { id, kind, title, freeze } of resources) {
    const part = (await freeze?.(deps, present.get(id)!)) ?? unknownPart
    const { content, facts, size, hidden, pictures } = part
    if (content) frozen.texts.set(id, { content: new WrittenJson(content), facts, size, hidden, pictures })
    for (const { block, heading, quote } of part.lossy.slice(0, mostPlaces)) {
      frozen.obstacles.lossy.push({ resourceId: id, kind, title, block, heading, quote })
    }
    for (const threadId of part.changedQuotes) frozen.changedQuotes.add(threadId)
    for (const threadId of part.unwritten) unwritten.add(threadId)
    for (const threadId of part.unchecked) unchecked.add(threadId)
  }
  const kinds = new Map(resources.map(({ id, kind }) => [id, kind]))
  frozen.obstacles.unwritten = await named(threads, unwritten, kinds)
  frozen.obstacles.unchecked = await named(threads, unchecked, kinds)
  return frozen
}

/** The points among `threads` that are in the way; `kinds`: those of the resources, by id. */
async function named(
  threads: readonly BareThread[],
  ids: ReadonlySet<string>,
  kinds: ReadonlyMap<string, string>,
): Promise<Obstacles['unwritten']> {
  const turns = startTurns()
  const found: Obstacles['unwritten'] = []
  for (const thread of threads) {
    if (!ids.has(thread.id)) continue
    found.push(...inTheWay(thread, kinds))
    await turns()
  }
  return found
}

/** What a kind that a later version brought holds cannot be signed by this one, and is not left out silently. */
const unknownPart: FrozenResource = {
  content: null,
  size: 0,
  hidden: 0,
  pictures: [],
  facts: {},
  lossy: [{ block: 1, heading: '', quote: '' }],
  changedQuotes: [],
  unwritten: [],
  unchecked: [],
}

/** Places of one text that are told: whoever writes it anew sees the rest then. */
const mostPlaces = 20

/** The longest words of an obstacle that are told, in characters. */
const longestWords = 200

const shortened = (words: string): string =>
  words.length > longestWords ? `${words.slice(0, longestWords - 1).replace(/\p{Surrogate}$/u, '')}…` : words

function inTheWay(
  { id: threadId, number, anchor, replacement }: BareThread,
  kinds: ReadonlyMap<string, string>,
): Obstacles['unwritten'] {
  const resourceId = resourceOf(anchor)
  const kind = resourceId === null ? undefined : kinds.get(resourceId)
  if (anchor.type === 'project' || !replacement || resourceId === null || kind === undefined) return []
  const words = shortened(plainOf(replacement))
  return [{ threadId, number, resourceId, kind, quote: shortened(anchor.quote), replacement: words }]
}

/** @throws Refusal `text_lossy`, `proposal_unwritten`, `proposal_unchecked`, each with the first place */
export function refuseObstacles({ lossy, unwritten, unchecked }: Obstacles): void {
  const [place] = lossy
  if (place) {
    const { resourceId, title, block, heading, quote } = place
    throw new Refusal('text_lossy', { resourceId, title, block, heading: heading || title, quote })
  }
  const [first] = unwritten
  if (first) throw new Refusal('proposal_unwritten', { count: unwritten.length, number: first.number })
  const [open] = unchecked
  if (open) throw new Refusal('proposal_unchecked', { count: unchecked.length, number: open.number })
}
