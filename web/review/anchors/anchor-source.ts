import type { Anchor } from '../../../shared/review.ts'

/** What points are raised on, such as an editor's text: it makes anchors of the kinds that are drawn on it. */
export interface AnchorSource {
  /** Anchors what is selected; null when nothing is. */
  selected(): Anchor | null
}
