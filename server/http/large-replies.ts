import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { newId } from '../db/columns.ts'
import type { Reading } from '../rooms/ports.ts'
import { addressOf, wideNetworkOf } from './address.ts'
import { jsonInPieces } from './json-pieces.ts'
import type { Env } from './route.ts'
import { createUnderWay } from './under-way.ts'

/** Of more than so many bytes nobody is told that they did not change: the whole reply would be held to find out. */
const mostCompared = 4_194_304

/** Sends what may be megabytes, so that whoever asks for much of it waits, and nobody else does. */
export interface LargeReplies {
  /**
   * JSON of about so many `bytes`: charged to who asks, and booked, before `read` is called, whose parts are written in
   * pieces as they are taken. Who stops taking them is broken off.
   * @throws Refusal `too_many_requests` where much is on its way already, and what `read` throws
   */
  json(
    c: Context<Env>,
    bytes: number,
    read: () => Promise<AsyncIterable<string> | Iterable<string>>,
  ): Promise<Response>
}

const headers = { 'Content-Type': 'application/json' }

export function createLargeReplies(reading: Reading, limits: Limits): LargeReplies {
  const underWay = createUnderWay({
    perNetwork: limits.replyBytesPerNetwork,
    atOnce: limits.replyBytesAtOnce,
  })
  return {
    async json(c, bytes, read) {
      const correct = await reading.begin(c.var.user.id, bytes)
      // who has waited for their turn may be gone
      if (c.req.raw.signal.aborted) throw new Refusal('too_many_requests', { seconds: 1 })
      if (c.req.method === 'HEAD') return c.body(null, 200, headers)
      const end = underWay.begin(wideNetworkOf(addressOf(c)), bytes)
      try {
        const parts = await read()
        const pieces = jsonInPieces(parts, {
          onWait: breakOffIdle(c, limits.slowReplyMs),
          onEnd(written, isAll) {
            end()
            // what was broken off may have been read all the same
            if (isAll) correct(written)
          },
        })
        // one of its own is taken as it is
        if (bytes > mostCompared) c.header('ETag', `W/"${newId()}"`)
        return c.newResponse(pieces, 200, headers)
      } catch (failure) {
        end()
        throw failure
      }
    },
  }
}

/** Ends the connection when a piece waits for longer than `ms`. */
function breakOffIdle(c: Context<Env>, ms: number): (waits: boolean) => void {
  const { incoming } = c.env as { incoming?: IncomingMessage }
  let timer: NodeJS.Timeout | undefined
  return (waits) => {
    clearTimeout(timer)
    if (waits) timer = setTimeout(() => incoming?.socket.destroy(), ms).unref()
  }
}
