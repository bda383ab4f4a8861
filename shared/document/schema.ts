import { getSchema, type Extensions } from '@tiptap/core'
import { TableKit } from '@tiptap/extension-table'
import { TaskItem, TaskList } from '@tiptap/extension-list'
import { BlockMath, InlineMath } from '@tiptap/extension-mathematics'
import { Link } from '@tiptap/extension-link'
import { Highlight } from '@tiptap/extension-highlight'
import { Subscript } from '@tiptap/extension-subscript'
import { Superscript } from '@tiptap/extension-superscript'
import { StarterKit, type StarterKitOptions } from '@tiptap/starter-kit'
import { withChecks } from './attribute-checks.ts'
import { Callout } from './callout.ts'
import { ImageFile } from './image-file.ts'
import { isSafeLink } from './safe-link.ts'

/** The plain part of the schema. Undo is the shared document's, and nothing is written just by opening. */
export const plainText: Partial<StarterKitOptions> = {
  undoRedo: false,
  trailingNode: false,
  link: false,
  heading: { levels: [1, 2, 3, 4] },
}

/** What is typed behind a link is no part of it. */
const EndingLink = Link.extend({ inclusive: false }).configure({
  openOnClick: false,
  autolink: true,
  defaultProtocol: 'https',
  isAllowedUri: (url) => isSafeLink(url),
})

/** Widths in px: a few Chinese words a line; on a phone a table is moved sideways rather than squeezed into strips. */
export const tableOptions = { resizable: true, cellMinWidth: 80 }

const extensions: Extensions = [
  StarterKit.configure(plainText),
  EndingLink,
  TableKit.configure({ table: tableOptions }),
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

/**
 * The document schema: every node and mark that a document may hold, with a check of each attribute. The editor adds
 * views and behaviour to these; server, export and tests use them as they are.
 */
export const schemaExtensions: Extensions = extensions.map(withChecks)

export const schema = getSchema(schemaExtensions)
