import * as encoding from 'lib0/encoding'
import { messageType, syncStep } from '../../shared/wire/protocol.ts'

/** What a y-websocket client sends. */
export const stepOneFrame = (vector: Uint8Array = Uint8Array.of(0)): Uint8Array =>
  sync(syncStep.step1, vector)
export const stepTwoFrame = (update: Uint8Array): Uint8Array => sync(syncStep.step2, update)
export const updateFrame = (update: Uint8Array): Uint8Array => sync(syncStep.update, update)

export function awarenessFrame(clientId: number, clock: number, state: unknown): Uint8Array {
  const update = encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, 1)
    encoding.writeVarUint(encoder, clientId)
    encoding.writeVarUint(encoder, clock)
    encoding.writeVarString(encoder, JSON.stringify(state))
  })
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, messageType.awareness)
    encoding.writeVarUint8Array(encoder, update)
  })
}

function sync(step: number, bytes: Uint8Array): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, messageType.sync)
    encoding.writeVarUint(encoder, step)
    encoding.writeVarUint8Array(encoder, bytes)
  })
}
