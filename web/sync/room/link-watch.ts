import * as encoding from 'lib0/encoding'
import type { WebsocketProvider } from 'y-websocket'
import { messageType } from '../../../shared/wire/protocol.ts'

/** A link that has been silent this long is asked for a sign of life (ms). */
const askAfter = 1_500
/** A link that stays silent this long is dead (ms): "reconnecting" shows within 4 s of a half-open link. */
const deadAfter = 3_250
/** A first connection attempt that hangs this long is given up (ms), and how long the later ones get at most. */
const attemptAtMost = [5_000, 30_000] as const
/** A tab in the background asks less often (ms), so that a hundred tabs cost nothing. */
const hiddenAskAfter = 20_000
const beat = 250

/**
 * Watches a provider's link from this side: asks for a sign of life (`ping`, one byte), cuts a link that gives
 * none, and comes back at once when the browser says that the network is here again.
 * Returns the end of the watch.
 */
export function watchLink(provider: WebsocketProvider): () => void {
  let asked = 0
  let attemptBegan = 0
  /** How many attempts hung one after another. */
  let hung = 0

  const cut = () => {
    provider.disconnect()
    provider.connect()
  }
  const look = () => {
    const now = Date.now()
    if (!provider.wsconnecting) attemptBegan = 0
    else if (attemptBegan === 0) attemptBegan = now
    else if (now - attemptBegan > attemptTime(hung)) {
      attemptBegan = 0
      hung++
      cut()
    }
    if (!provider.wsconnected || provider.ws === null) {
      asked = 0
      return
    }
    hung = 0
    const heard = provider.wsLastMessageReceived
    if (heard >= asked) asked = 0
    const hidden = globalThis.document?.visibilityState === 'hidden'
    const silent = now - heard
    if (asked > 0 && now - asked > deadAfter - askAfter) cut()
    else if (asked === 0 && silent > (hidden ? hiddenAskAfter : askAfter)) {
      asked = now
      const encoder = encoding.createEncoder()
      encoding.writeVarUint(encoder, messageType.ping)
      provider.ws.send(encoding.toUint8Array(encoder))
    }
  }
  const online = () => {
    if (!provider.wsconnected && provider.shouldConnect) cut()
  }
  const offline = () => {
    if (provider.shouldConnect) cut()
  }
  const timer = setInterval(look, beat)
  const page = globalThis.window as Window | undefined
  page?.addEventListener('online', online)
  page?.addEventListener('offline', offline)
  page?.document.addEventListener('visibilitychange', look)
  return () => {
    clearInterval(timer)
    page?.removeEventListener('online', online)
    page?.removeEventListener('offline', offline)
    page?.document.removeEventListener('visibilitychange', look)
  }
}

/** How long an attempt may take when so many before it hung (ms): a slow link gets in as well, only later. */
export function attemptTime(hung: number): number {
  const [first, longest] = attemptAtMost
  return Math.min(longest, first * 2 ** Math.min(hung, 10))
}

/** How long to wait, at least and at most, when what one may cause for a while is used up (ms). */
const usedUpWaits = [2_000, 4_000] as const

/** Has a provider whose socket was just closed come back in some seconds, and not at once. */
export function waitLonger(provider: WebsocketProvider, random: () => number = Math.random): void {
  const [least, most] = usedUpWaits
  // its own wait doubles with each attempt, up to the longest
  provider.wsUnsuccessfulReconnects = Math.max(provider.wsUnsuccessfulReconnects, 7)
  provider.maxBackoffTime = least + random() * (most - least)
}

/**
 * How long to wait before the next attempt (ms): full jitter, so that a room does not come back as one. Within the
 * first minutes at most a second, so that a person is back within a second of the network; later up to ten.
 */
export function nextWait(attempts: number, random: () => number = Math.random): number {
  const cap = attempts < 120 ? 1_000 : 10_000
  return random() * Math.min(cap, 100 * 2 ** Math.min(attempts, 10))
}
