import sharp, { type Metadata } from 'sharp'
import type { Limits } from '../../../shared/limits.ts'
import { isTurned, uprightSize } from '../../files/upright.ts'
import { isPlain, looksDifferent } from './picture-appearance.ts'

interface Picture {
  path: string
  bytes: Uint8Array
}

/** Pictures as they go to the typesetter, how wide each is by itself, in pixels as a browser shows them, and the paths of those that cannot: unreadable, or beyond what a print may decode. `differing`: of those that do, the ones that look otherwise elsewhere. */
export interface PrintedPictures {
  printed: Picture[]
  widths: ReadonlyMap<string, number>
  unreadable: ReadonlySet<string>
  exceeding: ReadonlySet<string>
  differing: ReadonlySet<string>
}

/** The type area at 300 dots an inch: 166 mm, and what the template lets a picture be high, 190 mm. */
const area = { width: 1_961, height: 2_244 }

/** Many pictures are printed more coarsely, down to 100 dots an inch. */
const coarsest = 1 / 3

/** Pictures this small stay as they are. */
const smallEdge = 600

/** Pixels of all pictures of one print: as they are decoded, and as they are printed, which the typesetter keeps. */
export type PictureBudget = Pick<Limits, 'printSourcePixels' | 'printPixels'>

/**
 * Brings a print's pictures down to what the paper shows, one at a time, in a converter process: the typesetter would
 * decode each as it is, 240 MB for 60 million pixels, and keep it.
 */
export async function preparePictures(
  pictures: readonly Picture[],
  { printSourcePixels, printPixels }: PictureBudget,
): Promise<PrintedPictures> {
  const unreadable = new Set<string>()
  const exceeding = new Set<string>()
  const differing = new Set<string>()
  const measured: (Picture & { size: Metadata; fitted: { width: number; height: number } })[] = []
  for (const picture of pictures) {
    const size = await sharp(picture.bytes)
      .metadata()
      .catch(() => null)
    if (size) measured.push({ ...picture, size, fitted: fit(uprightSize(size)) })
    else unreadable.add(picture.path)
  }
  const wanted = measured.reduce((sum, { fitted }) => sum + fitted.width * fitted.height, 0)
  const scale = Math.max(coarsest, Math.min(1, Math.sqrt(printPixels / wanted)))
  const printed: Picture[] = []
  let [source, result] = [0, 0]
  for (const { path, bytes, size, fitted } of measured) {
    const { width, height } = uprightSize(size)
    const isSmall = Math.max(width, height) <= smallEdge
    const target = isSmall ? fitted : scaled(fitted, scale)
    if (source + width * height > printSourcePixels || result + target.width * target.height > printPixels) {
      exceeding.add(path)
      continue
    }
    source += width * height
    result += target.width * target.height
    if (await looksDifferent(bytes, size).catch(() => true)) differing.add(path)
    const isWhole = target.width >= width && target.height >= height
    const drawn = isWhole && isPlain(size) ? bytes : await draw(bytes, size, target).catch(() => null)
    if (drawn) printed.push({ path, bytes: drawn })
    else unreadable.add(path)
  }
  const widths = new Map(measured.map(({ path, size }) => [path, uprightSize(size).width]))
  return { printed, widths, unreadable, exceeding, differing }
}

const scaled = ({ width, height }: { width: number; height: number }, by: number) => ({
  width: Math.max(1, Math.round(width * by)),
  height: Math.max(1, Math.round(height * by)),
})

const fit = (size: { width: number; height: number }) =>
  scaled(size, Math.min(1, area.width / size.width, area.height / size.height))

/** In its own format, as its name says, and in the colours that a screen shows. */
async function draw(
  bytes: Uint8Array,
  size: Metadata,
  { width, height }: { width: number; height: number },
): Promise<Uint8Array> {
  const { format } = size
  const upright = isTurned(size) ? sharp(bytes).autoOrient() : sharp(bytes)
  const drawn = upright.resize({ width, height, fit: 'fill' }).toColourspace('srgb')
  return drawn.toFormat(format, format === 'jpeg' ? { quality: 88 } : {}).toBuffer()
}
