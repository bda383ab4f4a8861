import type { NodeAnchor } from '../../../shared/anchors/node-anchors.ts'
import type { AnchorKind } from '../../ui/kinds/anchor-kinds.ts'

/** Words of a text: they say themselves what a point is about. */
export const textKind: AnchorKind = {
  about: () => null,
  title: (_anchor, t) => t('review:compose.title'),
}

/** A block, a cell or a picture of a text. */
export const nodeKind: AnchorKind<NodeAnchor> = {
  about: ({ nodeType }, t) => t(`review:about.${nodeType}`),
  title: ({ nodeType }, t) => t(`review:compose.on.${nodeType}`),
}

/** The project as a whole. */
export const projectKind: AnchorKind = {
  about: (_anchor, t) => t('review:about.project'),
  title: (_anchor, t) => t('review:compose.on.project'),
}
