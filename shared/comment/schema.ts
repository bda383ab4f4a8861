import { getSchema, type Extensions } from '@tiptap/core'
import { StarterKit, type StarterKitOptions } from '@tiptap/starter-kit'
import { ImageFile } from '../document/image-file.ts'
import { isSafeLink } from '../document/safe-link.ts'
import { Mention, PointLink } from './reference-nodes.ts'

/** What a comment may hold of plain text: paragraphs, lists, bold, italic, code and links. */
export const plainComment: Partial<StarterKitOptions> = {
  blockquote: false,
  codeBlock: false,
  heading: false,
  horizontalRule: false,
  strike: false,
  underline: false,
  trailingNode: false,
  link: {
    openOnClick: false,
    autolink: true,
    defaultProtocol: 'https',
    isAllowedUri: (url) => isSafeLink(url),
  },
}

/** The comment schema: composer, server and tests use these. */
export const commentExtensions: Extensions = [
  StarterKit.configure(plainComment),
  Mention,
  PointLink,
  ImageFile,
]

export const commentSchema = getSchema(commentExtensions)
