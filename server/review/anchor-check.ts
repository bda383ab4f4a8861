import { quoteLength } from '../../shared/anchors/anchors.ts'
import { Refusal } from '../../shared/errors.ts'
import { resourceOf, type Anchor } from '../../shared/review.ts'
import { wellFormed } from '../../shared/anchors/anchor-context.ts'
import type { ResourceKinds, ResourceReader } from '../resources/kinds.ts'

/**
 * Holds an anchor against what it points at: `resource`, as far as it is one of this project, and a place that it has or had, as its kind
 * says. Returns the anchor as it is kept, with its place in words. @throws Refusal `not_found`, `anchor_invalid`
 */
export async function checkedAnchor(
  kinds: ResourceKinds,
  reader: ResourceReader,
  projectId: string,
  anchor: Anchor,
  resource: { projectId: string; kind: string } | null,
): Promise<Anchor> {
  if (anchor.type === 'project' || resourceOf(anchor) === null) return anchor
  if (resource?.projectId !== projectId) throw new Refusal('not_found')
  if (anchor.type === 'place' && anchor.kind !== resource.kind) throw new Refusal('anchor_invalid')
  const quote = await kinds.get(resource.kind)?.describeAnchor(reader, anchor)
  if (quote === undefined || quote === null) throw new Refusal('anchor_invalid')
  return { ...anchor, quote: wellFormed(quote.slice(0, quoteLength)) }
}
