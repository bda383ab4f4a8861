/** The server gave no answer in time. What was asked may be done all the same. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

/** Bytes a millisecond that the slowest phone sends. */
const slowest = 10

/**
 * As `fetch`, with the answer read whole. Rejects with `NoAnswer` when nothing of it comes for `ms`: a network that
 * swallows everything without a word would keep it waiting for ever.
 */
export async function fetchWithin(
  ms: number,
  address: RequestInfo | URL,
  init: RequestInit = {},
): Promise<Response> {
  const ended = new AbortController()
  const { signal } = ended
  let isLate = false
  const end = () => {
    isLate = true
    ended.abort()
  }
  // by hand: `AbortSignal.any` is younger than browsers that the rest runs in
  const giveUp = () => ended.abort(init.signal?.reason)
  if (init.signal?.aborted) giveUp()
  init.signal?.addEventListener('abort', giveUp)
  let timer = setTimeout(end, ms + (typeof init.body === 'string' ? init.body.length / slowest : 0))
  const goOn = () => {
    clearTimeout(timer)
    timer = setTimeout(end, ms)
  }
  try {
    const response = await fetch(address, { ...init, signal })
    if (!response.body) return response
    const whole = await readWhole(response.body, goOn)
    const { status, statusText, headers } = response
    // browsers give a reply without content, as 204, a body too, which none may be made with
    return new Response(whole.length > 0 ? whole : null, { status, statusText, headers })
  } catch (error) {
    throw isLate ? new NoAnswer() : error
  } finally {
    init.signal?.removeEventListener('abort', giveUp)
    clearTimeout(timer)
  }
}

async function readWhole(
  body: ReadableStream<Uint8Array>,
  onPiece: () => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader()
  const pieces: Uint8Array[] = []
  let length = 0
  for (;;) {
    onPiece()
    const { value } = await reader.read()
    if (!value) break
    pieces.push(value)
    length += value.length
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
