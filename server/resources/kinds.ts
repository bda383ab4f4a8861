import type { PresenceFields } from '../../shared/presence.ts'
import type { Action } from '../../shared/permissions.ts'

/** What a kind of resource brings along. Each kind registers itself where the application is composed. */
export interface ResourceKind {
  /** As it stands in the rows of its resources. */
  name: string
  room: {
    /** Null: its room has no text, only presence and events. */
    writeText: Action | null
    /** What is shown there of each person. */
    presence: PresenceFields
  }
}

export type ResourceKinds = ReadonlyMap<string, ResourceKind>

export const registerKinds = (kinds: ResourceKind[]): ResourceKinds =>
  new Map(kinds.map((kind) => [kind.name, kind]))
