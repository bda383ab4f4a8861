import type * as Y from 'yjs'
import { BrokenChange } from '../../../server/rooms/text/broken-change.ts'
import { RoomText } from '../../../server/rooms/text/room-text.ts'
import type { Against } from '../../../server/rooms/gate/update-check.ts'
import type { Log, LogEntry } from '../../../server/rooms/ports.ts'
import { Refusal } from '../../../shared/errors.ts'
import { defaultLimits, type Limits } from '../../../shared/limits.ts'
import { memoryLog } from './memory-log.ts'

/** The text of a room whose log keeps nothing but has `kept`, ready to be written. */
export async function openText(
  limits: Partial<Limits> = {},
  kept: Uint8Array | null = null,
  more: { log?: Partial<Log>; budgets?: ConstructorParameters<typeof RoomText>[3] } = {},
): Promise<RoomText> {
  const log = { ...memoryLog({ room: kept ? [kept] : [] }).log, ...more.log }
  const text = new RoomText('room', log, { ...defaultLimits, ...limits }, more.budgets)
  await text.beginWriting()
  return text
}

/** What an update of ada's is checked against, where nobody has written yet; `mayWork` is asked for what the check works. */
export const asAda = (doc: Y.Doc, mayWork: Against['mayWork'] = () => true): Against => ({
  doc,
  owners: new Map(),
  userId: 'ada',
  limits: defaultLimits,
  conflicts: new WeakMap(),
  mayWork,
})

export const range = (length: number): number[] => Array.from({ length }, (_, index) => index)

/** How a change ended: the code that it was refused with, or that it was taken. */
export const codeOf = (act: () => unknown): string => {
  try {
    const taken = act() as { rest?: Iterable<unknown> } | undefined
    for (const _entry of taken?.rest ?? []);
  } catch (failure) {
    const reason = failure instanceof BrokenChange ? failure.cause : failure
    return reason instanceof Refusal ? reason.code : String(reason)
  }
  return 'taken'
}

/** Takes an update whole, also where it is put in in parts. */
export function takeWhole(text: RoomText, update: Uint8Array, userId: string): ReturnType<RoomText['take']> {
  const taken = text.take(update, userId)
  if ('missing' in taken) return taken
  for (const _entry of taken.rest ?? []);
  return taken
}

/** What was put in of an update that is put in in parts, to its end. */
export const entriesOf = (rest: Iterable<LogEntry | null> = []): LogEntry[] =>
  [...rest].filter((entry) => entry !== null)
