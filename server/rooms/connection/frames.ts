import { messageType, syncStep } from '../../../shared/wire/protocol.ts'
import { varUintLength, writeVarUint } from './var-uint.ts'

/**
 * Whole WebSocket frames (RFC 6455: final, binary, unmasked), built once and written to many sockets as they are.
 * Frames that go to the same socket at the same moment may be joined and written at once.
 */

export const stepOneFrame = (vector: Uint8Array): Buffer => syncFrame(syncStep.step1, vector)
export const stepTwoFrame = (update: Uint8Array): Buffer => syncFrame(syncStep.step2, update)
export const updateFrame = (update: Uint8Array): Buffer => syncFrame(syncStep.update, update)

export const pongFrame: Buffer = startFrame(messageType.ping, 0).frame

export function savedFrame(count: number): Buffer {
  const { frame, at } = startFrame(messageType.saved, varUintLength(count))
  writeVarUint(frame, count, at)
  return frame
}

/** `entries`: encoded awareness entries (see awareness.ts). */
export function awarenessFrame(entries: readonly Uint8Array[]): Buffer {
  let length = varUintLength(entries.length)
  for (const entry of entries) length += entry.length
  const { frame, at } = startFrame(messageType.awareness, varUintLength(length) + length)
  let end = writeVarUint(frame, length, at)
  end = writeVarUint(frame, entries.length, end)
  for (const entry of entries) {
    frame.set(entry, end)
    end += entry.length
  }
  return frame
}

export function eventFrame(json: string): Buffer {
  const length = Buffer.byteLength(json)
  const { frame, at } = startFrame(messageType.event, varUintLength(length) + length)
  frame.write(json, writeVarUint(frame, length, at))
  return frame
}

/** Nobody's presence: what says nothing to a stock client. */
export const stillFrame: Buffer = awarenessFrame([])

/** A WebSocket's own ping, which says nothing: it is answered without the client's doing. */
export const probeFrame: Buffer = Buffer.of(0x89, 0)
export const stillAndProbeFrames: Buffer = Buffer.concat([stillFrame, probeFrame])

function syncFrame(step: number, bytes: Uint8Array): Buffer {
  const { frame, at } = startFrame(messageType.sync, 1 + varUintLength(bytes.length) + bytes.length)
  frame[at] = step
  frame.set(bytes, writeVarUint(frame, bytes.length, at + 1))
  return frame
}

/** What a whole frame of these carries. */
export function payloadOf(frame: Buffer): Buffer {
  const length = frame[1]!
  return frame.subarray(length < 126 ? 2 : length === 126 ? 4 : 10)
}

/** The header of a fragment: the first of a message names what it is, the last that it is whole. */
export function fragmentHead(length: number, isFirst: boolean, isLast: boolean): Buffer {
  const head = headerOf(length)
  head[0] = (isFirst ? 0x02 : 0) | (isLast ? 0x80 : 0)
  return head
}

/** A frame with its header and message type; `at` is where `length` more bytes go. */
function startFrame(type: number, length: number): { frame: Buffer; at: number } {
  const payload = length + 1
  const header = headerLength(payload)
  const frame = Buffer.allocUnsafe(header + payload)
  writeHeader(frame, payload, header)
  frame[header] = type
  return { frame, at: header + 1 }
}

function headerOf(payload: number): Buffer {
  const length = headerLength(payload)
  const header = Buffer.allocUnsafe(length)
  writeHeader(header, payload, length)
  return header
}

function headerLength(payload: number): number {
  return payload < 126 ? 2 : payload < 65_536 ? 4 : 10
}

function writeHeader(frame: Buffer, payload: number, length: number): void {
  frame[0] = 0x82
  if (length === 2) {
    frame[1] = payload
  } else if (length === 4) {
    frame[1] = 126
    frame.writeUInt16BE(payload, 2)
  } else {
    frame[1] = 127
    frame.writeBigUInt64BE(BigInt(payload), 2)
  }
}
