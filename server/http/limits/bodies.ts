import type { IncomingMessage } from 'node:http'
import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { Refusal } from '../../../shared/errors.ts'
import type { Limits } from '../../../shared/limits.ts'
import { addressOf, wideNetworkOf } from '../address.ts'
import { isNoRequest } from '../description/json-shape.ts'
import { isStreamed, type Env, type ReadBody } from '../route.ts'
import { createUnderWay, type UnderWay } from './memory-in-flight.ts'

/** A slice, and no budget: how often it is looked whether a body still comes, in parts of the time that one may dawdle. */
const looksPerWait = 4

/**
 * Refuses a body that says that it is past the limit, and hands routes what reads those that do not: a route reads one
 * only after it knows who asks. Images stream to the file store, which counts for itself. Whatever comes too slowly is
 * broken off, as who sends it holds memory and connections of all.
 */
export function limitBodies(limits: Limits): MiddlewareHandler<Env> {
  const underWay = createUnderWay({ perNetwork: limits.bodyBytesPerNetwork, atOnce: limits.bodyBytesAtOnce })
  const readBody = {
    public: readUpTo(limits.publicBodyBytes, underWay, limits),
    session: readUpTo(limits.bodyBytes, underWay, limits),
  }
  return async (c, next) => {
    const length = Number(c.req.header('content-length') ?? 0)
    if (!isStreamed(c) && length > limits.bodyBytes) {
      throw new Refusal('too_large', { limit: limits.bodyBytes })
    }
    c.set('readBody', readBody)
    c.set('runCharacters', limits.runCharacters)
    const hasBody = length > 0 || c.req.header('transfer-encoding') !== undefined
    const stop = hasBody ? breakOffSlow(c, limits) : () => {}
    try {
      await next()
    } finally {
      stop()
    }
  }
}

function readUpTo(bytes: number, underWay: UnderWay, limits: Limits): ReadBody {
  const limit = bodyLimit({
    maxSize: bytes,
    onError: () => {
      throw new Refusal('too_large', { limit: bytes })
    },
  })
  return async (c) => {
    const size = Number(c.req.header('content-length') ?? bytes)
    const end = underWay.begin(wideNetworkOf(addressOf(c)), size)
    try {
      await limit(c, async () => {
        if (isNoRequest(await c.req.text(), limits)) throw new Refusal('too_large', { limit: bytes })
      })
    } finally {
      end()
    }
  }
}

/**
 * Ends the connection of a body that comes slower than `slowBodyBytesPerSecond` for longer than `slowBodyMs`, and of one
 * that is held in memory for longer than `jsonBodyMs`.
 */
function breakOffSlow(c: Context<Env>, limits: Limits): () => void {
  const { incoming } = c.env as { incoming?: IncomingMessage }
  if (!incoming) return () => {}
  const { socket } = incoming
  const begun = performance.now()
  const mostMs = isStreamed(c) ? Infinity : limits.jsonBodyMs
  let last = { at: begun, bytes: socket.bytesRead }
  const timer = setInterval(
    () => {
      if (incoming.complete) return stop()
      const now = performance.now()
      const wanted = ((now - last.at) / 1_000) * limits.slowBodyBytesPerSecond
      if (now - begun >= mostMs) socket.destroy()
      else if (socket.bytesRead - last.bytes >= wanted) last = { at: now, bytes: socket.bytesRead }
      else if (now - last.at >= limits.slowBodyMs) socket.destroy()
    },
    Math.min(limits.slowBodyMs, limits.jsonBodyMs) / looksPerWait,
  )
  timer.unref()
  const stop = () => clearInterval(timer)
  return stop
}
