import type { Anchor } from '../../../shared/review.ts'

/** What a point is about, by its anchor: for words that tell a passage from a picture. */
export type About = 'text' | 'block' | 'cell' | 'image' | 'place' | 'project'

export const aboutOf = (anchor: Anchor): About => (anchor.type === 'node' ? anchor.nodeType : anchor.type)
