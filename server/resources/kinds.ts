import type { z } from 'zod'
import type { Action } from '../../shared/permissions.ts'
import type { PresenceFields } from '../../shared/presence.ts'
import type { ResourceAnchor } from '../../shared/review.ts'
import type { Converter, Requester } from '../jobs/task.ts'
import type { Rooms } from '../rooms/ports.ts'
import type { Database } from '../db/database.ts'

/** What a kind reads its resources with. */
export interface ResourceReader {
  database: Database
  /** The committed text of a room that has one. */
  read: Rooms['read']
  converter: Converter
  by: Requester
}

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
  /** The path of a resource's page, such as `/documents/…`; `?thread=` behind it opens a point there. */
  page(resourceId: string): string
  /**
   * The place of an anchor in words, as lists, mails, exports and the signed record have it; null for one that is none
   * of the kind's, or points at nothing that the resource has or had.
   */
  describeAnchor(reader: ResourceReader, anchor: ResourceAnchor): Promise<string | null>
}

export type ResourceKinds = ReadonlyMap<string, ResourceKind>

export const registerKinds = (kinds: readonly ResourceKind[]): ResourceKinds =>
  new Map(kinds.map((kind) => [kind.name, kind]))

/** The path of a resource's page; null for a kind that is not registered. */
export type PageOf = (resource: { id: string; kind: string }) => string | null

/** The anchors of one schema, and how one of them is described. */
export const describing =
  <Known extends ResourceAnchor>(
    schema: z.ZodType<Known>,
    describe: (reader: ResourceReader, anchor: Known) => Promise<string | null>,
  ): ResourceKind['describeAnchor'] =>
  async (reader, anchor) => {
    const { data } = schema.safeParse(anchor)
    return data === undefined ? null : describe(reader, data)
  }
