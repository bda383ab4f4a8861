import sharp, { type Metadata } from 'sharp'

/** Its samples are what is shown: nothing in it says that they mean other colours, or are to be turned. */
export const isPlain = ({ icc, depth, space, orientation = 1 }: Metadata): boolean =>
  !icc && depth === 'uchar' && (space === 'srgb' || space === 'b-w') && orientation === 1

/**
 * Whether a picture may look otherwise on the screen than on paper, or in one browser than in another: it moves, or it
 * says itself that it is to be turned, where not all listen, or that its samples mean quite other colours.
 */
export async function looksDifferent(bytes: Uint8Array, size: Metadata): Promise<boolean> {
  const { format, pages = 1, orientation = 1, icc } = size
  if (pages > 1 || (format !== 'jpeg' && orientation > 1)) return true
  if (format === 'png' && saysOtherwise(chunksBeforePixels(bytes))) return true
  return icc !== undefined && (await isOtherByProfile(bytes))
}

/** sRGB as PNG has it: its gamma, and where white, red, green and blue lie. */
const usual: Record<string, number[]> = {
  gAMA: [45_455],
  cHRM: [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000],
}
/** Less is not seen. */
const mostApart = 1_000

function saysOtherwise(chunks: ReadonlyMap<string, Buffer>): boolean {
  if (chunks.has('acTL') || chunks.has('cICP')) return true
  // what says more precisely which colours are meant goes before these
  if (chunks.has('iCCP') || chunks.has('sRGB')) return false
  return Object.entries(usual).some(([name, values]) => {
    const said = chunks.get(name)
    if (!said) return false
    return values.some((value, at) => {
      const isThere = said.length >= at * 4 + 4
      return !isThere || Math.abs(said.readUInt32BE(at * 4) - value) > mostApart
    })
  })
}

/** More is looked through for nobody. */
const mostChunks = 1_000

/** The chunks of a PNG that stand before its pixels, and say how these are shown. */
function chunksBeforePixels(bytes: Uint8Array): Map<string, Buffer> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found = new Map<string, Buffer>()
  for (let at = 8, count = 0; at + 12 <= file.length && count < mostChunks; count++) {
    const [length, name] = [file.readUInt32BE(at), file.toString('latin1', at + 4, at + 8)]
    if (name === 'IDAT') break
    if (!found.has(name)) found.set(name, file.subarray(at + 8, at + 8 + length))
    at += 12 + length
  }
  return found
}

/** Of 255. Photos with a profile that is usual differ by half of it at most. */
const quiteOther = 128
/** The longest edge that is compared. */
const compared = 1_000

/** Whether somewhere a quite other colour is shown with the picture's profile than without it. */
async function isOtherByProfile(bytes: Uint8Array): Promise<boolean> {
  const [meant, stored] = await Promise.all(
    [false, true].map((ignoreIcc) =>
      sharp(bytes, { ignoreIcc })
        .resize(compared, compared, { fit: 'inside', withoutEnlargement: true, kernel: 'nearest' })
        .toColourspace('srgb')
        .raw()
        .toBuffer(),
    ),
  )
  if (meant!.length !== stored!.length) return true
  return meant!.some((value, at) => Math.abs(value - stored![at]!) > quiteOther)
}
