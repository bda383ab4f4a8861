/** So many characters of JSON are written at one go, which takes a few milliseconds. */
const pieceLength = 262_144

/**
 * JSON as bytes that are written piece by piece, with others' turns in between: thousands of things are megabytes.
 * `parts` are the JSON, cut anywhere; `written` is told its size when all is written.
 */
export function jsonInPieces(
  parts: Iterator<string>,
  written: (bytes: number) => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder()
  let bytes = 0
  return new ReadableStream({
    async pull(controller) {
      // what reads it would else take all pieces in one turn
      await new Promise((resolve) => setImmediate(resolve))
      let piece = ''
      let isWhole = false
      while (!isWhole && piece.length < pieceLength) {
        const { done, value } = parts.next()
        if (done) isWhole = true
        else piece += value
      }
      const chunk = encoder.encode(piece)
      bytes += chunk.length
      if (chunk.length > 0) controller.enqueue(chunk)
      if (!isWhole) return
      written(bytes)
      controller.close()
    },
  })
}
