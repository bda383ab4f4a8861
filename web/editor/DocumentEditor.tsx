import { Loader } from '@mantine/core'
import { RichTextEditor } from '@mantine/tiptap'
import type { Editor, Extensions } from '@tiptap/core'
import { useEditor } from '@tiptap/react'
import {
  startTransition,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type ReactNode,
  type RefObject,
} from 'react'
import { useTranslation } from 'react-i18next'
import type { Room } from '../sync/room/room.ts'
import { useObserved } from '../sync/room/use-room.ts'
import { overlayAbove, toolsBelow, useToolsAbove } from '../ui/forms/overlay-height.ts'
import { messageHeight } from '../ui/forms/message-height.ts'
import { BlockHandle } from './blocks/BlockHandle.tsx'
import type { CaretOwner } from './caret/carets.ts'
import { editorExtensions } from './extensions.ts'
import { FindBar } from './search/FindBar.tsx'
import { caretAfter, leaveCaret, takeCaret, type LeftCaret } from './caret/left-caret.ts'
import { LinkDialog } from './toolbar/LinkDialog.tsx'
import { MathDialog } from './formulas/MathDialog.tsx'
import { SelectionBubble } from './toolbar/SelectionBubble.tsx'
import { SlashMenuList } from './toolbar/SlashMenuList.tsx'
import { TextKeysHint } from './toolbar/TextKeysHint.tsx'
import { TableBar } from './toolbar/TableBar.tsx'
import { Toolbar } from './toolbar/Toolbar.tsx'
import { useRebinding } from './binding/use-rebinding.ts'
import { WordCount } from './WordCount.tsx'
import { isBegun, takeTyped } from './caret/write-at-once.ts'
import '@mantine/tiptap/styles.css'
import './editor.css'
import './blocks/task-list.css'
import classes from './DocumentEditor.module.css'

/**
 * So far from the edges the caret is kept (px); also from what is told over the text, and over a phone's page. In a low
 * window less: with no place left between the two, the text would jump at each key.
 */
const scrollMargin = () => Math.min(80, Math.floor(window.innerHeight / 8))

/** So far above the tools that lie over the lower end of a phone's text (px). */
const overTools = 16

const scrollMargins = {
  get top() {
    return scrollMargin() + overlayAbove()
  },
  left: 80,
  right: 80,
  get bottom() {
    return Math.max(scrollMargin(), toolsBelow() && toolsBelow() + overTools) + messageHeight()
  },
}

export interface DocumentEditorProps {
  room: Room
  projectId: string
  me: CaretOwner
  editable: boolean
  /** True while what is drawn in the text is on its way and worth a moment. */
  held?: boolean
  /** What another feature draws in the text, such as the highlights of points. Asked once. */
  extensions?(): Extensions
  /** Buttons that a selection offers, for readers too. */
  selectionActions?: ReactNode
  /** Items of the menu of the block that begins at a position, for readers too. */
  blockActions?: ((at: () => number) => ReactNode) | false
  onEditor?(editor: Editor): void
  /** Words that are looked for as soon as the text is there. */
  find?: string
}

/** The sheet of paper: waits until there is a text to show, since an empty page by mistake would invite to write on it. */
export function DocumentEditor(props: DocumentEditorProps) {
  const { t } = useTranslation('editor')
  const ready = useObserved(props.room.ready)
  const { generation, state, onFailed } = useRebinding()
  const caretRef = useRef<LeftCaret | null>(null)
  if (!ready || props.held) {
    return (
      <div className={classes.loading} role="status">
        <Loader size="sm" type="dots" color="var(--muted)" aria-hidden />
        {t('loading')}
      </div>
    )
  }
  return (
    <>
      {state !== 'works' && (
        <p className={classes.binding} role="status">
          {t(`binding.${state}`)}
        </p>
      )}
      <OpenEditor
        key={`${props.room.doc.guid} ${generation}`}
        {...props}
        editable={props.editable && state !== 'rebinding'}
        onFailed={onFailed}
        caretRef={caretRef}
      />
    </>
  )
}

function OpenEditor({
  room,
  projectId,
  me,
  editable,
  extensions,
  selectionActions,
  blockActions,
  onEditor,
  find,
  onFailed,
  caretRef,
}: DocumentEditorProps & {
  onFailed(error: unknown): void
  /** Where the caret stood in the editor before this one, if the person was writing in it. */
  caretRef: RefObject<LeftCaret | null>
}) {
  const { t } = useTranslation('editor')
  // the same ones each time, else the editor would take them in anew and go through the whole text
  const [all] = useState(() => [
    ...editorExtensions({
      doc: room.doc,
      awareness: room.awareness,
      me,
      projectId,
      room,
      placeholder: () => t('placeholder'),
      onFailed,
    }),
    ...(extensions?.() ?? []),
  ])
  const editorProps = useMemo(
    () => ({
      attributes: {
        'aria-label': t('text'),
        'aria-multiline': 'true',
        // in the text Tab has its own uses: who leaves it by keyboard is told how (WCAG 2.1.2)
        ...(editable && { 'aria-description': t('keys.description') }),
        role: 'textbox',
        // what a translator does to the text would be written into it
        translate: 'no',
        class: classes.text!,
      },
      scrollThreshold: scrollMargins,
      scrollMargin: scrollMargins,
    }),
    [t, editable],
  )
  const editor = useEditor({
    extensions: all,
    editable,
    injectCSS: false,
    shouldRerenderOnTransaction: false,
    editorProps,
    onCreate: ({ editor: created }) => {
      const left = caretRef.current ?? takeCaret(room.id)
      caretRef.current = null
      if (left) created.commands.focus(caretAfter(left.text, left.at, created.state.doc) ?? true)
      else if (isBegun(room.id) && editable) beginWriting(created, room.id)
      if (!editable) takeTyped(room.id)
      onEditor?.(created)
    },
  })
  // before its element is taken out of the page, and the focus with it
  useLayoutEffect(
    () => () => {
      const isWriting = !editor.isDestroyed && editor.isFocused
      const { selection, doc: text } = editor.state
      caretRef.current = isWriting ? { at: selection.from, text } : null
      if (room.isGivenUp.get()) leaveCaret(room.id, caretRef.current)
    },
    [editor, caretRef, room],
  )
  useEffect(() => {
    // told apart from a change of the text, so that it writes nothing
    if (editor.isEditable !== editable) editor.setEditable(editable, false)
  }, [editor, editable])

  // what is read comes first: its tools take as long to draw as a third of a hundred pages
  const [hasTools, setHasTools] = useState(false)
  useEffect(() => startTransition(() => setHasTools(true)), [])
  const canWrite = hasTools && editable
  const tools = useRef<HTMLDivElement>(null)
  useToolsAbove(tools)

  return (
    <RichTextEditor editor={editor} className={classes.frame} withTypographyStyles={false} variant="subtle">
      <div ref={tools} className={classes.tools} data-editable={editable}>
        {canWrite && <Toolbar editor={editor} />}
        {canWrite && <TableBar editor={editor} />}
        {/* closed it is nothing, and its key is pressed before the tools are there */}
        <FindBar editor={editor} wanted={find} />
      </div>
      <div className={classes.desk}>
        <div className={classes.sheet} data-editable={editable}>
          <RichTextEditor.Content className={classes.content} />
          {hasTools && (editable || blockActions) && (
            <BlockHandle editor={editor} editable={editable} actions={blockActions || undefined} />
          )}
        </div>
        <div className={classes.foot}>
          {canWrite && <TextKeysHint />}
          <WordCount editor={editor} />
        </div>
      </div>
      {hasTools && <SelectionBubble editor={editor} editable={editable} actions={selectionActions} />}
      {canWrite && <SlashMenuList />}
      {canWrite && <LinkDialog editor={editor} />}
      {canWrite && <MathDialog editor={editor} />}
    </RichTextEditor>
  )
}

/** Takes the caret, and what was typed until it is there. */
function beginWriting(editor: Editor, documentId: string): void {
  editor.on('focus', function begin() {
    editor.off('focus', begin)
    for (const key of takeTyped(documentId)) {
      if (key === 'Enter') editor.commands.splitBlock()
      else editor.view.dispatch(editor.state.tr.insertText(key))
    }
  })
  editor.commands.focus('start')
}
