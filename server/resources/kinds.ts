import type { z } from 'zod'
import { foldWidth } from '../../shared/text/width-folding.ts'
import type { Action } from '../../shared/permissions.ts'
import type { PresenceFields } from '../../shared/wire/presence.ts'
import type { ResourceAnchor, Thread } from '../../shared/review.ts'
import type { Converter, Requester } from '../conversions/task.ts'
import type { Rooms } from '../rooms/ports.ts'
import type { Database, Transaction } from '../db/database.ts'

/** What a kind reads its resources with. */
export interface ResourceReader {
  database: Database
  /** The committed text of a room that has one. */
  read: Rooms['read']
  converter: Converter
  by: Requester
}

/** What is looked through, and the same in one width (NFKC); null when there is no difference. */
export interface Words {
  text: string
  folded: string | null
}

export function wordsOf(text: string): Words {
  const folded = foldWidth(text)
  return { text, folded: folded === text ? null : folded }
}

/** What a kind converts its part of a revision with. */
export interface FreezeDeps extends Pick<ResourceReader, 'database' | 'converter' | 'by'> {
  /** Waits until so many bytes more than the snapshot may be read for who asks, and charges them. */
  charge(bytes: number): Promise<unknown>
}

/** A point as what is decided about it goes by: without what was said. */
export type BareThread = Omit<Thread, 'comments'>

/** What a revision freezes of a resource, and what stands in the way of it. */
export interface FrozenResource {
  /**
   * What is signed, printed and written out: canonical JSON of the document schema in UTF-8; null when it does not
   * convert without loss.
   */
  content: Uint8Array | null
  /** Characters of that JSON. */
  size: number
  /** Characters of the text that nobody sees: each is printed as a code. */
  hidden: number
  /** The SHA-256 of every picture that it shows. */
  pictures: string[]
  /** What else the record says of it, such as which version it is. */
  facts: Record<string, string | number>
  /** Places that do not convert without loss; there are such where the content is null. */
  lossy: { block: number; heading: string; quote: string }[]
  /** The points, by id, whose words are not there any more, or not where they point. */
  changedQuotes: string[]
  /** Accepted proposals that were never written, and those of which that could not be found out. */
  unwritten: string[]
  unchecked: string[]
}

/** Converts what was read of a resource in the snapshot; `threads`: the points on it in the same moment. */
export type Freeze = (deps: FreezeDeps, threads: readonly BareThread[]) => Promise<FrozenResource>

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
  search: {
    /** The project's resources of the kind, each with a number that grows with every change of its words. */
    heads(db: Database, projectId: string): Promise<{ id: string; seq: number }[]>
    /** The words of one; long ones are read in a converter process. */
    words(reader: ResourceReader, resourceId: string): Promise<Words>
  }
  /** Its part of the signed record: reads a resource in the snapshot of a revision, and converts nothing there. */
  freeze(tx: Transaction, resourceId: string): Promise<Freeze>
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
