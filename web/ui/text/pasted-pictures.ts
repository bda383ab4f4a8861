import { imageTypes } from '../../../shared/files.ts'
import { i18n } from '../../i18n.ts'
import { pageOf } from './clean-html.ts'
import { tellFailed } from '../feedback/notices.ts'

/** The pictures of pasted HTML: those whose bytes came with it, and how many others stand in it, which stay behind. */
export interface PastedPictures {
  files: File[]
  lost: number
}

const tag = /<img\b[^>]*>/gi
const attribute = (name: string) =>
  new RegExp(String.raw`\b${name}\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))`, 'i')
const [source, width, height] = ['src', 'width', 'height'].map(attribute) as [RegExp, RegExp, RegExp]
const valueOf = (image: string, wanted: RegExp): string => wanted.exec(image)?.slice(1).find(Boolean) ?? ''
const withBytes = new RegExp(`^data:(${imageTypes.join('|')});base64,`, 'i')

/** What a page counts its readers by is no picture, nor is the box of a task. */
const isPicture = (image: string): boolean =>
  !image.includes('data-sha256') &&
  !/aria-roledescription\s*=\s*["']?checkbox/i.test(image) &&
  !(valueOf(image, width) === '1' && valueOf(image, height) === '1')

/** Looks through HTML from another program. Our own pictures come by themselves and are not among them. */
export function picturesIn(html: string): PastedPictures {
  const found: PastedPictures = { files: [], lost: 0 }
  for (const [image] of html.matchAll(tag)) {
    if (!isPicture(image)) continue
    const file = fileOf(valueOf(image, source), found.files.length + 1)
    if (file) found.files.push(file)
    else found.lost++
  }
  return found
}

function fileOf(address: string, number: number): File | null {
  const [start, type] = withBytes.exec(address) ?? []
  if (!start || !type) return null
  try {
    const bytes = Uint8Array.from(atob(address.slice(start.length)), (character) => character.charCodeAt(0))
    return new File([bytes], `${number}.${type.split('/')[1]}`, { type: type.toLowerCase() })
  } catch {
    return null
  }
}

/**
 * True for what is copied as a picture alone, as from a web page: then its file, which came too, is what is wanted. Beside
 * words, a file is only a picture of the whole passage, as Word and Excel send it.
 */
export function isPictureAlone(html: string): boolean {
  const page = pageOf(html)
  return page.images.length > 0 && (page.body.textContent ?? '').trim() === ''
}

/** Says how many pictures of a paste stayed behind. */
export function tellLost(lost: number): void {
  if (lost > 0) tellFailed(i18n.t('ui:picturesLost', { count: lost }))
}
