/** So many characters of JSON are written at one go, which takes a few milliseconds. */
const pieceLength = 262_144

/**
 * JSON as bytes that are written piece by piece, with others' turns in between, and made no faster than it is taken.
 * `parts` are the JSON, cut anywhere between two characters. `onWait` is told when a piece waits to be taken, and when it
 * was; `onEnd` how many bytes were written, once, and whether that is all: not when nobody takes more, or a part failed.
 */
export function jsonInPieces(
  parts: AsyncIterable<string> | Iterable<string>,
  { onWait, onEnd }: { onWait?(waits: boolean): void; onEnd?(bytes: number, isAll: boolean): void } = {},
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const pieces = piecesOf(parts)
  const encoder = new TextEncoder()
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
        const { done, value } = await pieces.next()
        if (isOver) return
        if (done) {
          end(true)
          return controller.close()
        }
        const chunk = encoder.encode(value)
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
