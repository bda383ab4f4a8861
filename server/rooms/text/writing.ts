import type * as Y from 'yjs'
import type { LogEntry, Repaired } from '../ports.ts'
import type { EncodedSnapshot } from './encoded-snapshot.ts'
import type { EncodingAhead } from './encoding-ahead.ts'
import type { LateCollection } from './late-collection.ts'
import type { RepairState } from '../repair/repair-state.ts'
import type { DocumentState } from './document-state.ts'
import type { PartedChange } from './parted-change.ts'
import type { ProducedUpdates } from './unseen-deletions.ts'
import type { Missing } from '../gate/update-check.ts'
import type { KnownConflicts } from '../gate/update-cost.ts'

/** The Yjs document of a room while somebody writes. */
export interface Writing {
  doc: Y.Doc
  /** What Yjs says has changed since it was last taken. */
  produced: ProducedUpdates
  /** What may be broken since the last repair. */
  touched: ReturnType<RepairState['partsOf']>
  /** How many elements it has. */
  elements: number
  conflicts: KnownConflicts
  /** The change that is being put in in parts. */
  parted: PartedChange | null
  ahead: EncodingAhead
  state: DocumentState
  late: LateCollection
}

/** How the text that `of` are the bytes of is repaired. */
export interface RepairedText {
  of: EncodedSnapshot
  by: Repaired
}

/**
 * What became of an update: `missing` when it builds on something that is not here; `entry` null when it says nothing new.
 * `rest`: null is a step that puts nothing in.
 */
export type Taken = Missing | { entry: LogEntry | null; rest?: Iterable<LogEntry | null> }
