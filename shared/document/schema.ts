import { getSchema, type Extensions } from '@tiptap/core'
import { TableKit } from '@tiptap/extension-table'
import { TaskItem, TaskList } from '@tiptap/extension-list'
import { BlockMath, InlineMath } from '@tiptap/extension-mathematics'
import { Highlight } from '@tiptap/extension-highlight'
import { Subscript } from '@tiptap/extension-subscript'
import { Superscript } from '@tiptap/extension-superscript'
import { StarterKit } from '@tiptap/starter-kit'
import { Callout } from './callout.ts'
import { ImageFile } from './image-file.ts'
import { isSafeLink } from './safe-link.ts'

/** Raised by hand when a node, mark or attribute changes; a test pins the schema's hash to it (rule 11). */
export const schemaVersion = 1

/** The name of the XmlFragment that holds a document's text: Tiptap's own. */
export const textField = 'default'

/**
 * The document schema: every node and mark that a document may hold. The editor adds views and behaviour to
 * these; server, export and tests use them as they are.
 */
export const schemaExtensions: Extensions = [
  StarterKit.configure({
    undoRedo: false,
    link: {
      openOnClick: false,
      autolink: true,
      defaultProtocol: 'https',
      isAllowedUri: (url) => isSafeLink(url),
    },
    heading: { levels: [1, 2, 3, 4] },
  }),
  TableKit.configure({ table: { resizable: true } }),
  TaskList,
  TaskItem.configure({ nested: true }),
  Highlight,
  Subscript,
  Superscript,
  InlineMath,
  BlockMath,
  Callout,
  ImageFile,
]

export const schema = getSchema(schemaExtensions)
