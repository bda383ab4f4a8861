import type { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import type { Connection } from './connection/connection.ts'
import type { ConnectionRegistry } from './connection/connection-registry.ts'
import type { GroupCommit } from './commit/group-commit.ts'
import type { RoomMetrics } from './metrics.ts'
import type { Log, RepairInConverter } from './ports.ts'
import type { AnswersUnderWay } from './budgets/answers-under-way.ts'
import type { ReadingBudget } from './budgets/reading-budget.ts'
import type { Room } from './room.ts'

/** What a room needs from around it. */
export interface RoomDeps {
  log: Log
  commits: GroupCommit
  connections: ConnectionRegistry
  limits: Limits
  reading: ReadingBudget
  answers: AnswersUnderWay
  metrics: RoomMetrics
  repairInConverter: RepairInConverter | undefined
  onRefused(connection: Connection, refusal: Refusal): void
  onUnexpected(failure: unknown, roomId: string): void
  /** A log is being folded until this resolves; it never rejects. */
  onFolding(folding: Promise<void>): void
  /** The room has something under way that is to be looked at each second, until a look finds it quiet. */
  onBusy(room: Room): void
  /** The room has nobody in it and nothing to do. */
  onEmpty(room: Room): void
}
