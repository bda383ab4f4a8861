import type { Icon } from '@tabler/icons-react'
import type { LinkProps } from '@tanstack/react-router'
import type { Anchor } from '../../../shared/review.ts'

/** What is to be shown on a resource's page: a point, or found words. */
export interface Sought {
  thread?: string | undefined
  find?: string | undefined
  /** What was said is to be in view, and not only the place that it is about. */
  pane?: 'points' | undefined
}

/** What the browser knows of a kind of resource. Each kind registers itself where the pages are composed. */
export interface ResourceKind {
  /** Its page. */
  linkTo(resourceId: string, sought: Sought): LinkProps
  /** Stands before its title in lists. */
  Icon: Icon
}

const kinds = new Map<string, ResourceKind>()

export const registerResourceKind = (name: string, kind: ResourceKind): void => void kinds.set(name, kind)

/** The browser's part of a kind; undefined for one that this version does not know. */
export const resourceKind = (name: string): ResourceKind | undefined => kinds.get(name)

/** The page of a resource; null for a kind that this version does not know. */
export const linkToResource = (kind: string, resourceId: string, sought: Sought = {}): LinkProps | null =>
  kinds.get(kind)?.linkTo(resourceId, sought) ?? null

/** The page on which an anchor is; null for the project, and for a kind that this version does not know. */
export function linkToAnchor(anchor: Anchor, sought: Sought): LinkProps | null {
  if (anchor.type === 'project') return null
  return anchor.type === 'place'
    ? linkToResource(anchor.kind, anchor.resourceId, sought)
    : linkToResource('document', anchor.documentId, sought)
}
