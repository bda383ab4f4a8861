import { messageType, syncStep } from '../../shared/protocol.ts'

/**
 * Whole WebSocket frames (RFC 6455: final, binary, unmasked), built once and written to many sockets as they are.
 * Frames that go to the same socket at the same moment may be joined and written at once.
 */

export const stepOneFrame = (vector: Uint8Array): Buffer => syncFrame(syncStep.step1, vector)
export const stepTwoFrame = (update: Uint8Array): Buffer => syncFrame(syncStep.step2, update)
export const updateFrame = (update: Uint8Array): Buffer => syncFrame(syncStep.update, update)
export const savedFrame = (count: number): Buffer => binaryFrame([messageType.saved], varUint(count))
export const pongFrame: Buffer = binaryFrame([messageType.ping])

/** `entries`: encoded awareness entries (see awareness.ts). */
export function awarenessFrame(entries: readonly Uint8Array[]): Buffer {
  const count = varUint(entries.length)
  const length = entries.reduce((sum, entry) => sum + entry.length, count.length)
  return binaryFrame([messageType.awareness], varUint(length), count, ...entries)
}

export function eventFrame(json: string): Buffer {
  const text = Buffer.from(json)
  return binaryFrame([messageType.event], varUint(text.length), text)
}

function syncFrame(step: number, bytes: Uint8Array): Buffer {
  return binaryFrame([messageType.sync, step], varUint(bytes.length), bytes)
}

function binaryFrame(...parts: ArrayLike<number>[]): Buffer {
  let length = 0
  for (const part of parts) length += part.length
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(headerLength + length)
  frame[0] = 0x82
  if (headerLength === 2) {
    frame[1] = length
  } else if (headerLength === 4) {
    frame[1] = 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 127
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  let at = headerLength
  for (const part of parts) {
    frame.set(part, at)
    at += part.length
  }
  return frame
}

/** lib0's varUint: seven bits a byte, the lowest first. */
export function varUint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  while (rest > 0x7f) {
    bytes.push(0x80 | (rest % 0x80))
    rest = Math.floor(rest / 0x80)
  }
  bytes.push(rest)
  return Uint8Array.from(bytes)
}
