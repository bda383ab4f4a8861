import { z } from 'zod'
import { documentPresence } from '../../shared/document/cursor.ts'
import { nodeAnchor, textAnchor } from '../../shared/review.ts'
import { describing, type ResourceKind } from '../resources/kinds.ts'
import { anchorHolds } from './anchor-holds.ts'
import { freezeDocument } from './freezing.ts'
import { documentSearch } from './plain-text.ts'

/** Documents among the kinds of resources. */
export const documentKind = {
  name: 'document',
  room: { writeText: 'document.write', presence: documentPresence },
  page: (documentId) => `/documents/${documentId}`,
  describeAnchor: describing(z.union([textAnchor, nodeAnchor]), async (reader, anchor) =>
    (await anchorHolds(reader, anchor)) ? anchor.quote : null,
  ),
  search: documentSearch,
  freeze: freezeDocument,
} as const satisfies ResourceKind
