import { Highlight } from '@tiptap/extension-highlight'
import { Subscript } from '@tiptap/extension-subscript'
import { Superscript } from '@tiptap/extension-superscript'
import { InlineMath } from '@tiptap/extension-mathematics'
import { EditorContent, useEditor } from '@tiptap/react'
import { Node } from '@tiptap/core'
import { StarterKit } from '@tiptap/starter-kit'
import { plainText } from '../../../shared/document/schema.ts'
import type { Replacement } from '../../../shared/review.ts'
import { ApiError } from '../../api.ts'
import { FocusedCaret } from '../../ui/focused-caret.ts'
import { tellError } from '../../ui/feedback/notices.ts'
import { isOfComposition } from '../../ui/text/composing.ts'
import { PastedWords } from '../../ui/text/pasted-words.ts'
import { RedoKeys } from '../../ui/text/redo-keys.ts'
import { useFocusAtEnd } from '../../ui/text/use-focus-at-end.ts'
import type { Passage } from '../drafts/autosave.ts'
import classes from './Proposals.module.css'

interface ReplacementFieldProps {
  label: string
  passage: Passage
  /** Read when the field opens. */
  first: Replacement
  autoFocus: boolean
  onChange(replacement: Replacement): void
  onSend(): void
  onCancel(): void
}

/** Where the other words are written: the marks of the passage stay, and Ctrl/⌘ B and the like work. */
export function ReplacementField(props: ReplacementFieldProps) {
  const { label, passage, first, autoFocus, onChange, onSend, onCancel } = props
  const editor = useEditor({
    extensions: extensionsFor(passage),
    content: contentOf(first),
    injectCSS: false,
    editorProps: {
      attributes: {
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-label': label,
        translate: 'no',
        class: classes.field!,
      },
      // a file would else be opened by the browser, in place of the page and what is being written
      handleDrop: (_view, event) => {
        if (!event.dataTransfer?.files.length) return false
        event.preventDefault()
        tellError(new ApiError('replacement_invalid', {}, 0))
        return true
      },
      handleKeyDown: (view, event) => {
        if (view.composing || isOfComposition(event)) return false
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onSend()
        else if (event.key === 'Escape') onCancel()
        else return false
        return true
      },
    },
    onUpdate: ({ editor: written }) =>
      onChange(replacementIn(written.getJSON() as Replacement[number], passage)),
  })
  useFocusAtEnd(editor, autoFocus, true)
  return <EditorContent editor={editor} />
}

/** The part of the document's schema that stands inside paragraphs. */
function extensionsFor({ takesParagraphs }: Passage) {
  const Whole = Node.create({
    name: 'doc',
    topNode: true,
    content: takesParagraphs ? 'paragraph+' : 'paragraph',
  })
  return [
    Whole,
    FocusedCaret,
    StarterKit.configure({
      ...plainText,
      document: false,
      undoRedo: {},
      heading: false,
      bulletList: false,
      orderedList: false,
      listItem: false,
      listKeymap: false,
      blockquote: false,
      codeBlock: false,
      horizontalRule: false,
    }),
    Highlight,
    Subscript,
    Superscript,
    InlineMath,
    PastedWords,
    RedoKeys,
  ]
}

function contentOf(content: Replacement): object {
  const isInline = content.every(({ type }) => type !== 'paragraph')
  return { type: 'doc', content: isInline ? [{ type: 'paragraph', content }] : content }
}

/** One paragraph stands for its words alone: they go into whatever block the passage is in. */
function replacementIn(doc: Replacement[number], { takesParagraphs }: Passage): Replacement {
  const blocks = (doc.content as Replacement | undefined) ?? []
  if (takesParagraphs && blocks.length > 1) return blocks
  return (blocks[0]?.content as Replacement | undefined) ?? []
}
