/** So many characters of JSON, or bytes, are written at one go, which takes a few milliseconds, and to pack them too. */
const pieceLength = 262_144

/**
 * JSON as bytes that are written piece by piece, with others' turns in between, and made no faster than it is taken.
 * `parts` are the JSON, cut anywhere between two characters. `onWait` is told when a piece waits to be taken, and when it
 * was; `onEnd` how many bytes were written, once, and whether that is all: not when nobody takes more, or a part failed.
 */
export const jsonInPieces = (
  parts: AsyncIterable<string> | Iterable<string>,
  events: StreamEvents = {},
): ReadableStream<Uint8Array<ArrayBuffer>> => streamed(encoded(piecesOf(parts)), events)

/** Bytes that are held already, or come in pieces, likewise, without a copy of the whole. */
export const bytesInPieces = (
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
  events: StreamEvents = {},
): ReadableStream<Uint8Array<ArrayBuffer>> =>
  streamed(each(bytes instanceof Uint8Array ? [bytes] : bytes), events)

interface StreamEvents {
  onWait?(waits: boolean): void
  onEnd?(bytes: number, isAll: boolean): void
}

function streamed(
  pieces: AsyncGenerator<Uint8Array<ArrayBuffer>, void>,
  { onWait, onEnd }: StreamEvents,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let bytes = 0
  let isOver = false
  const end = (isAll = false) => {
    if (isOver) return
    isOver = true
    onWait?.(false)
    onEnd?.(bytes, isAll)
  }
  return new ReadableStream({
    async pull(controller) {
      onWait?.(false)
      // what reads it would else take all pieces in one turn
      await new Promise((resolve) => setImmediate(resolve))
      try {
        const { done, value: chunk } = await pieces.next()
        if (isOver) return
        if (done) {
          end(true)
          return controller.close()
        }
        bytes += chunk.length
        onWait?.(true)
        controller.enqueue(chunk)
      } catch (failure) {
        end()
        throw failure
      }
    },
    async cancel() {
      end()
      await pieces.return(undefined)
    },
  })
}

async function* encoded(pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const encoder = new TextEncoder()
  for await (const piece of pieces) yield encoder.encode(piece)
}

function* cut(bytes: Uint8Array): Generator<Uint8Array<ArrayBuffer>, void> {
  for (let at = 0; at < bytes.length; at += pieceLength) {
    yield bytes.subarray(at, at + pieceLength) as Uint8Array<ArrayBuffer>
  }
}

async function* each(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  for await (const piece of pieces) yield* cut(piece)
}

/** Parts put together, and cut where they are long. */
async function* piecesOf(parts: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string, void> {
  let piece = ''
  for await (const part of parts) {
    piece += part
    let from = 0
    while (piece.length - from > pieceLength) {
      const to = boundaryBefore(piece, from + pieceLength)
      yield piece.slice(from, to)
      from = to
    }
    piece = piece.slice(from)
  }
  if (piece !== '') yield piece
}

/** A place at or just before another at which no character is cut in two. */
function boundaryBefore(text: string, at: number): number {
  const unit = text.charCodeAt(at - 1)
  return unit >= 0xd800 && unit <= 0xdbff ? at - 1 : at
}
