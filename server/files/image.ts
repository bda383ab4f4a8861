import sharp from 'sharp'
import { Refusal } from '../../shared/errors.ts'
import { isObject, type Task } from '../conversions/task.ts'
import { imageTypes } from '../../shared/files.ts'
import { uprightSize } from './upright.ts'

/** Reads a picture's header; null when it is none. Its pixels are not decoded. */
export const measureTask: Task<Uint8Array, ImageSize | null> = {
  name: 'measure image',
  kind: 'quick',
  isOutput: (value): value is ImageSize | null => value === null || isObject(value),
}

/** Upright, in pixels; of one frame, where there are several. */
export interface ImageSize {
  width: number
  height: number
}

/** Done in a converter process, as decoders meet whatever bytes people send. */
export async function measureImage(content: Uint8Array): Promise<ImageSize | null> {
  const metadata = await sharp(content, { limitInputPixels: false })
    .metadata()
    .catch(() => null)
  return metadata && uprightSize(metadata)
}

export type ImageType = (typeof imageTypes)[number]

const extensions: Record<ImageType, readonly string[]> = {
  'image/png': ['png'],
  'image/jpeg': ['jpg', 'jpeg', 'jfif'],
  'image/webp': ['webp'],
  'image/gif': ['gif'],
}

/**
 * What an image is, told by its bytes, of which it gets the first ones; `measure` goes through all. The name and the type that came with it must say the same; its header is
 * read, its pixels are not decoded.
 * @throws Refusal `file_type_mismatch`, `image_too_many_pixels`
 */
export async function inspectImage(
  beginning: Uint8Array,
  said: { name: string; mediaType: string },
  pixelLimit: number,
  measure: () => Promise<ImageSize | null>,
): Promise<{ mediaType: ImageType; width: number; height: number }> {
  const mediaType = sniff(beginning)
  if (!mediaType) throw new Refusal('file_type_mismatch')
  const extension = said.name.match(/\.([^.]+)$/)?.[1]?.toLowerCase()
  const named = extension === undefined || extensions[mediaType].includes(extension)
  if (!named || said.mediaType !== mediaType) throw new Refusal('file_type_mismatch')
  const size = await measure()
  if (!size) throw new Refusal('file_type_mismatch')
  if (size.width * size.height > pixelLimit) {
    throw new Refusal('image_too_many_pixels', { limit: Math.floor(pixelLimit / 1_000_000) })
  }
  return { mediaType, ...size }
}

/** So many bytes of a picture tell its type. */
export const beginningBytes = 12

/** The type that the first bytes stand for. SVG is not among them: it is a program, not a picture. */
function sniff(beginning: Uint8Array): ImageType | null {
  const start = Buffer.from(beginning.subarray(0, beginningBytes)).toString('latin1')
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (start.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (start.startsWith('GIF87a') || start.startsWith('GIF89a')) return 'image/gif'
  if (start.startsWith('RIFF') && start.slice(8) === 'WEBP') return 'image/webp'
  return null
}
