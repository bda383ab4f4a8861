import { isObject, type Converter, type Task } from '../conversions/task.ts'
import type { Repaired, RepairInConverter, Unrepaired } from '../rooms/ports.ts'

export const repairTask: Task<Unrepaired, Repaired> = {
  name: 'repair text',
  kind: 'long',
  isOutput: isObject,
}

/** Repairs texts in converter processes. Each room counts for itself, as nobody in particular asks for it. */
export const repairIn =
  (converter: Converter): RepairInConverter =>
  (roomId, text) =>
    converter.run(repairTask, text, { projectId: roomId, userId: roomId })
