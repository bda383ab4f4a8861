import { documentPresence } from '../../shared/document/cursor.ts'
import type { ResourceKind } from '../resources/kinds.ts'

/** Documents among the kinds of resources. */
export const documentKind = {
  name: 'document',
  room: { writeText: 'document.write', presence: documentPresence },
} as const satisfies ResourceKind
