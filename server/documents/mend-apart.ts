import { isObject, type Converter, type Task } from '../conversions/task.ts'
import type { Mended, MendApart, Unmended } from '../rooms/ports.ts'

export const mendTask: Task<Unmended, Mended> = {
  name: 'mend text',
  kind: 'long',
  isOutput: isObject,
}

/** Mends texts in converter processes. Each room counts for itself, as nobody in particular asks for it. */
export const mendIn =
  (converter: Converter): MendApart =>
  (roomId, text) =>
    converter.run(mendTask, text, { projectId: roomId, userId: roomId })
