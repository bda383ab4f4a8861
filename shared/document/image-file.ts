import { Node, mergeAttributes } from '@tiptap/core'
import { isSha256 } from '../sha256.ts'
import { pictureWidth } from './picture-width.ts'

/** A picture of the project's store, named by the SHA-256 of its bytes: a document never loads from elsewhere. */
export const ImageFile = Node.create({
  name: 'imageFile',
  group: 'block',
  atom: true,
  draggable: true,
  addAttributes: () => ({
    sha256: { default: null },
    alt: { default: '' },
    /** Shown width in CSS pixels; null: as wide as the picture, at most the page. */
    width: { default: null },
  }),
  parseHTML: () => [
    {
      tag: 'img[data-sha256]',
      getAttrs: (element) => {
        const sha256 = element.getAttribute('data-sha256') ?? ''
        if (!isSha256(sha256)) return false
        return {
          sha256,
          alt: element.getAttribute('alt') ?? '',
          width: Math.round(Number(element.getAttribute('width'))) || null,
        }
      },
    },
  ],
  renderHTML: ({ node }) => [
    'img',
    mergeAttributes({
      'data-sha256': node.attrs.sha256,
      alt: node.attrs.alt,
      width: pictureWidth(node.attrs.width),
    }),
  ],
})
