import type { Extensions } from '@tiptap/core'
import { FindAndReplace } from '@tiptap/extension-find-and-replace'
import { TaskItem } from '@tiptap/extension-list'
import { TableKit } from '@tiptap/extension-table'
import { InlineMath } from '@tiptap/extension-mathematics'
import { StarterKit } from '@tiptap/starter-kit'
import { Placeholder } from '@tiptap/extensions'
import { i18n } from '../i18n.ts'
import type { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import { withChecks } from '../../shared/document/attribute-checks.ts'
import { plainText, schemaExtensions, tableOptions } from '../../shared/document/schema.ts'
import { LeaveTable } from './caret/leave-table.ts'
import { SelectAcrossTables } from './caret/select-across-tables.ts'
import { TypeBehindNode } from './caret/behind-node.ts'
import { TypedBlockMath } from './formulas/block-formula.ts'
import { BrowserUndo } from './undo/browser-undo.ts'
import { FormatCharacters } from './format-characters.ts'
import { carets, type CaretOwner } from './caret/carets.ts'
import { CodeBlock } from './code/code-block.ts'
import { DraggedText } from './blocks/dragged.ts'
import { imageFileWithView } from './blocks/ImageView.tsx'
import { ImageUpload, type ImageUploadOptions } from './blocks/image-upload.ts'
import { WideBlocks } from './blocks/wide-blocks.ts'
import { BarKeys, EscapeToLeave } from './toolbar/bar-keys.ts'
import { EditorKeys, TextKeys } from './toolbar/keys.ts'
import { askForMath } from './formulas/math-dialog.ts'
import { CleanPaste } from './paste/paste.ts'
import { MovedCaret } from './caret/moved-caret.ts'
import { NearCaret } from './caret/near-caret.ts'
import { sharedText } from './binding/shared-text.ts'
import { ColumnView } from './blocks/column-view.ts'
import { TableLimits } from './paste/table-limits.ts'
import { ScrollWithFrame } from './caret/scroll-with-frame.ts'
import { SlashMenu } from './toolbar/slash-menu.ts'
import { FocusedCaret } from '../ui/focused-caret.ts'
import { RedoKeys } from '../ui/text/redo-keys.ts'
import { StorableText } from '../ui/text/storable-text.ts'
import { UnwatchedSelection } from './caret/unwatched-selection.ts'

/** The schema's extensions, some with the editor's view of them. A test holds that the schema stays the same. */
export function viewedSchema(projectId: string): Extensions {
  const viewed: Extensions = [
    StarterKit.configure({
      ...plainText,
      codeBlock: false,
      dropcursor: { class: 'drop-line', color: false, width: 2 },
    }),
    InlineMath.configure({
      onClick: (node, at) => askForMath({ kind: 'inlineMath', latex: String(node.attrs.latex), at }),
    }),
    TypedBlockMath.configure({
      // as on paper
      katexOptions: { displayMode: true },
      onClick: (node, at) => askForMath({ kind: 'blockMath', latex: String(node.attrs.latex), at }),
    }),
    TaskItem.configure({
      nested: true,
      a11y: { checkboxLabel: (node) => node.firstChild?.textContent || i18n.t('ui:task') },
    }),
    imageFileWithView(projectId),
    TableKit.configure({ table: { ...tableOptions, View: ColumnView } }),
  ]
  const views = new Map(viewed.map((extension) => [extension.name, withChecks(extension)]))
  return [
    ...schemaExtensions.map((extension) => views.get(extension.name) ?? extension),
    withChecks(CodeBlock),
  ]
}

export interface Writing {
  doc: Y.Doc
  awareness: Awareness
  me: CaretOwner
  projectId: string
  room: ImageUploadOptions['room']
  placeholder(): string
  /** The editor and the shared text came apart: it writes nothing any more, and another has to take its place. */
  onFailed(error: unknown): void
}

/** Everything the editor is made of: the schema with its views, the shared text, and the ways of writing. */
export function editorExtensions({
  doc,
  awareness,
  me,
  projectId,
  room,
  placeholder,
  onFailed,
}: Writing): Extensions {
  return [
    ...viewedSchema(projectId),
    ...sharedText(doc, onFailed),
    ...carets(awareness, me),
    FocusedCaret,
    MovedCaret,
    DraggedText,
    BrowserUndo,
    RedoKeys,
    UnwatchedSelection,
    NearCaret,
    ScrollWithFrame,
    CleanPaste,
    TableLimits,
    WideBlocks,
    ImageUpload.configure({ projectId, room }),
    // their keys come before the table's own, and behind those of an open menu
    LeaveTable,
    SelectAcrossTables,
    SlashMenu,
    BarKeys,
    EscapeToLeave,
    EditorKeys,
    TypeBehindNode,
    FormatCharacters,
    StorableText,
    TextKeys,
    // words are found by ours, whatever their width: it stands where the engine for patterns would
    FindAndReplace.configure({ injectCSS: false, searchDebounceMs: 120, useRegex: true }),
    Placeholder.configure({ placeholder, showOnlyCurrent: true }),
  ]
}
