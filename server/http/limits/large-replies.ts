import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'
import type { Limits } from '../../../shared/limits.ts'
import { newId } from '../../db/columns.ts'
import type { Reading } from '../../rooms/ports.ts'
import { addressOf, wideNetworkOf } from '../address.ts'
import { bytesInPieces, jsonInPieces } from '../json-pieces.ts'
import type { Env } from '../route.ts'
import { createUnderWay } from './memory-in-flight.ts'

/** A slice, and no budget: of more than so many bytes nobody is told that they did not change: the whole reply would be held to find out. */
const mostCompared = 4_194_304

/** What a reply costs, in bytes: those that are gone through here for who asks, and those that are held meanwhile. */
export interface ReplyCost {
  read: number
  held: number
  /** What a file is, where that is known before it is made. */
  length?: number
}

/**
 * Sends what may be megabytes, so that whoever asks for much of it waits, and nobody else does. Who asks for the head
 * alone is told the headers: nothing is read, charged or booked for it.
 */
export interface LargeReplies {
  /**
   * JSON of about so many bytes, or of this cost: charged to who asks, and booked, before `read` is called, whose parts are written in
   * pieces as they are taken. Who stops taking them is broken off.
   * @throws Refusal `too_many_requests` where much is on its way already, and what `read` throws
   */
  json(
    c: Context<Env>,
    cost: number | ReplyCost,
    read: () => Promise<AsyncIterable<string> | Iterable<string>>,
  ): Promise<Response>
  /** The same for text that is sent with these headers, in place of JSON. */
  text(
    c: Context<Env>,
    cost: number | ReplyCost,
    headers: Headers,
    read: () => Promise<AsyncIterable<string> | Iterable<string>>,
  ): Promise<Response>
  /**
   * A file: charged and booked before `make` is called, until it is taken or broken off. One alone that is held as a
   * whole may be as large as files may be. @throws as `json`
   */
  file(c: Context<Env>, cost: ReplyCost, headers: Headers, make: () => Promise<MadeFile>): Promise<Response>
  /** Bytes that are here, and were charged for when they were read: booked until they are taken or broken off. */
  bytes(c: Context<Env>, bytes: Uint8Array, headers: Headers): Response
}

type Headers = Record<string, string>

/** A file that is read as it is taken. */
export interface ReadFile {
  /** In bytes. */
  length: number
  read(): AsyncIterable<Uint8Array>
  /** Called once when nothing more is read. */
  close(): void
}

/** A file, as a whole or as it is read. */
export type MadeFile = Uint8Array | ReadFile

const jsonHeaders = { 'Content-Type': 'application/json' }

export function createLargeReplies(reading: Reading, limits: Limits): LargeReplies {
  const underWay = createUnderWay({
    perNetwork: limits.replyBytesPerNetwork,
    atOnce: limits.replyBytesAtOnce,
  })

  /** Charges and books; returns what ends that. */
  async function begin(c: Context<Env>, { read, held }: ReplyCost): Promise<(cameTo?: number) => void> {
    const correct = await reading.begin(c.var.user.id, read, c.req.raw.signal)
    try {
      const end = book(c, held)
      return (cameTo) => {
        end()
        if (cameTo !== undefined) correct(cameTo)
      }
    } catch (failure) {
      // nothing is read for it
      correct(0)
      throw failure
    }
  }

  const book = (c: Context<Env>, held: number): (() => void) =>
    underWay.begin(wideNetworkOf(addressOf(c)), held)

  /** Sends it while it is taken; `end` is called once when nothing more of it is. */
  function send(c: Context<Env>, bytes: MadeFile, headers: Headers, end: () => void): Response {
    const close = () => {
      end()
      if ('close' in bytes) bytes.close()
    }
    const pieces = bytesInPieces('read' in bytes ? bytes.read() : bytes, {
      onWait: breakOffIdle(c, limits.slowReplyMs),
      onEnd: close,
    })
    return c.newResponse(pieces, 200, { ...headers, 'Content-Length': String(bytes.length) })
  }

  async function text(
    c: Context<Env>,
    cost: number | ReplyCost,
    headers: Headers,
    read: () => Promise<AsyncIterable<string> | Iterable<string>>,
  ): Promise<Response> {
    if (c.req.method === 'HEAD') return headOf(c, headers)
    const charged = typeof cost === 'number' ? { read: cost, held: cost } : cost
    const end = await begin(c, charged)
    try {
      const pieces = jsonInPieces(await read(), {
        onWait: breakOffIdle(c, limits.slowReplyMs),
        // what was broken off may have been read all the same
        onEnd: (written, isAll) => end(isAll ? charged.read - charged.held + written : undefined),
      })
      // one of its own is taken as it is
      if (charged.held > mostCompared) c.header('ETag', `W/"${newId()}"`)
      return c.newResponse(pieces, 200, headers)
    } catch (failure) {
      end()
      throw failure
    }
  }

  return {
    text,
    json: (c, cost, read) => text(c, cost, jsonHeaders, read),
    async file(c, { read, held, length }, headers, make) {
      if (c.req.method === 'HEAD') return headOf(c, headers, length)
      // half of all is for networks that hold nothing: the largest file fits into it when others hold the other half
      const end = await begin(c, { read, held: Math.min(held, limits.replyBytesAtOnce / 2) })
      try {
        return send(c, await make(), headers, end)
      } catch (failure) {
        end()
        throw failure
      }
    },
    bytes: (c, bytes, headers) =>
      c.req.method === 'HEAD'
        ? headOf(c, headers, bytes.length)
        : send(c, bytes, headers, book(c, bytes.length)),
  }
}

const headOf = (c: Context<Env>, headers: Headers, length?: number): Response =>
  c.body(null, 200, length === undefined ? headers : { ...headers, 'Content-Length': String(length) })

/** Ends the connection when a piece waits for longer than `ms`. */
function breakOffIdle(c: Context<Env>, ms: number): (waits: boolean) => void {
  const { incoming } = c.env as { incoming?: IncomingMessage }
  let timer: NodeJS.Timeout | undefined
  return (waits) => {
    clearTimeout(timer)
    if (waits) timer = setTimeout(() => incoming?.socket.destroy(), ms).unref()
  }
}
