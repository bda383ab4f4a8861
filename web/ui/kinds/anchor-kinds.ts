import type { TFunction } from 'i18next'
import type { Anchor } from '../../../shared/review.ts'

/** How the browser describes a kind of anchor. Each kind registers itself where the pages are composed. */
export interface AnchorKind<Pointed extends Anchor = Anchor> {
  /** What a point on it is about, on its card; null where the quoted words say it. */
  about(anchor: Pointed, t: TFunction): string | null
  /** What stands above the field in which a point on it is written. */
  title(anchor: Pointed, t: TFunction): string
}

const kinds = new Map<string, AnchorKind>()

/** `name`: of a place the kind of its resource, else the anchor's type. */
export const registerAnchorKind = <Pointed extends Anchor>(name: string, kind: AnchorKind<Pointed>): void =>
  void kinds.set(name, kind as AnchorKind)

/** The kind of an anchor; a place of a kind that this version does not know is described as any place. */
export const anchorKind = (anchor: Anchor): AnchorKind =>
  kinds.get(anchor.type === 'place' ? anchor.kind : anchor.type) ?? anyPlace

const anyPlace: AnchorKind = {
  about: (_anchor, t) => t('review:about.place'),
  title: (_anchor, t) => t('review:compose.on.place'),
}
