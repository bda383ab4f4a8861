import { Deserializer, Serializer } from 'node:v8'

/**
 * One value between the server and a converter process, in both directions of one pipe:
 * `uint32 LE` length of the head, `uint32 LE` count of parts, each part's length as `uint32 LE`, then the head (V8's
 * structured clone) and the parts. Each array of bytes in the value is a part: megabytes are passed as they lie, and
 * read piece by piece, so neither costs the event loop a pause.
 */
export function frame(value: unknown): Uint8Array[] {
  const parts: Uint8Array[] = []
  const serializer = new PartsAside(parts)
  serializer.writeHeader()
  serializer.writeValue(value)
  const head = serializer.releaseBuffer()
  const sizes = Buffer.alloc(8 + 4 * parts.length)
  sizes.writeUInt32LE(head.length, 0)
  sizes.writeUInt32LE(parts.length, 4)
  parts.forEach((part, index) => sizes.writeUInt32LE(part.byteLength, 8 + 4 * index))
  return [sizes, head, ...parts]
}

class PartsAside extends Serializer {
  private readonly parts: Uint8Array[]

  constructor(parts: Uint8Array[]) {
    super()
    this.parts = parts
    ;(this as unknown as HostObjects)._setTreatArrayBufferViewsAsHostObjects(true)
  }

  _writeHostObject(view: unknown): void {
    if (!(view instanceof Uint8Array)) throw new TypeError('bytes are passed as Uint8Array')
    this.writeUint32(this.parts.length)
    this.parts.push(view)
  }
}

class PartsBack extends Deserializer {
  private readonly parts: Uint8Array[]

  constructor(head: Uint8Array, parts: Uint8Array[]) {
    super(head)
    this.parts = parts
  }

  _readHostObject(): Uint8Array {
    const part = this.parts[this.readUint32()]
    if (!part) throw new RangeError('a part is missing')
    return part
  }
}

interface HostObjects {
  _setTreatArrayBufferViewsAsHostObjects(aside: boolean): void
}

const mostParts = 100_000

/** Puts frames together from what a pipe delivers. `take` throws on what is no frame, or one of more than `mostBytes`. */
export class FrameReader {
  private readonly mostBytes: number
  private readonly onValue: (value: unknown) => void
  /** What is being filled: first the two counts, then the sizes, then head and parts. */
  private filling = Buffer.alloc(8)
  private filled = 0
  private sizes: number[] | null = null
  private awaitsSizes = false
  private whole: Buffer[] = []

  constructor(mostBytes: number, onValue: (value: unknown) => void) {
    this.mostBytes = mostBytes
    this.onValue = onValue
  }

  take(chunk: Uint8Array): void {
    let at = 0
    do {
      const count = Math.min(chunk.length - at, this.filling.length - this.filled)
      this.filling.set(chunk.subarray(at, at + count), this.filled)
      at += count
      this.filled += count
      while (this.filled === this.filling.length) this.next()
    } while (at < chunk.length)
  }

  /** Goes on from what is full now. */
  private next(): void {
    const full = this.filling
    if (this.sizes) {
      this.whole.push(full)
      const size = this.sizes[this.whole.length]
      if (size === undefined) this.finish()
      else this.fill(size)
    } else if (this.awaitsSizes) {
      const sizes = Array.from({ length: full.length / 4 }, (_, index) => full.readUInt32LE(4 * index))
      if (sizes.reduce((sum, size) => sum + size, 0) > this.mostBytes)
        throw new RangeError('a frame is too large')
      this.sizes = sizes
      this.fill(sizes[0]!)
    } else {
      const parts = full.readUInt32LE(4)
      if (parts > mostParts) throw new RangeError('a frame has too many parts')
      const rest = Buffer.alloc(4 + 4 * parts)
      rest.writeUInt32LE(full.readUInt32LE(0), 0)
      this.awaitsSizes = true
      this.filling = rest
      this.filled = 4
    }
  }

  private fill(size: number): void {
    this.filling = Buffer.allocUnsafeSlow(size)
    this.filled = 0
  }

  private finish(): void {
    const [head, ...parts] = this.whole
    this.whole = []
    this.sizes = null
    this.awaitsSizes = false
    this.fill(8)
    const reader = new PartsBack(head!, parts)
    reader.readHeader()
    this.onValue(reader.readValue())
  }
}
