import { ActionIcon, VisuallyHidden } from '@mantine/core'
import {
  IconBold,
  IconCamera,
  IconCode,
  IconItalic,
  IconList,
  IconListNumbers,
  IconPhoto,
} from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import type { Editor } from '@tiptap/core'
import { EditorContent, useEditor, useEditorState } from '@tiptap/react'
import { useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { CommentContent } from '../../../shared/comment/content.ts'
import { imageTypes } from '../../../shared/files.ts'
import type { Author } from '../../../shared/review.ts'
import { tellDone, tellError, tellFailed } from '../../ui/feedback/notices.ts'
import { isOfComposition } from '../../ui/text/composing.ts'
import { isPictureAlone, picturesIn, tellLost } from '../../ui/text/pasted-pictures.ts'
import { useFocusAtEnd } from '../../ui/text/use-focus-at-end.ts'
import { isWaiting } from '../pictures/waiting-pictures.ts'
import { commentEditing, filesIn, picturePlace, storePicture } from './comment-editor.ts'
import { knownThreads } from '../../sync/threads/thread-store.ts'
import { SuggestionList } from './SuggestionList.tsx'
import classes from './CommentField.module.css'

export interface CommentFieldProps {
  projectId: string
  /** Whose pictures wait on this device for a network. Left out: without one they cannot be added. */
  ownerId?: string
  people: readonly Author[]
  label: string
  placeholder: string
  /** Read when the field opens. */
  first: CommentContent | null
  tall?: boolean
  autoFocus?: boolean
  /** Null while nothing is written. */
  onChange(content: CommentContent | null): void
  onSend(): void
  onEscape?(): void
  /** The buttons below; `busy` while a picture is on its way. */
  renderActions(busy: boolean): ReactNode
}

/** Where a comment is written: rich text, names by `@`, points by `#`, pictures by paste, drop, chooser or camera. */
export function CommentField(props: CommentFieldProps) {
  const { projectId, ownerId, label, placeholder, first, tall, autoFocus, renderActions } = props
  const { t } = useTranslation('review')
  const queryClient = useQueryClient()
  const [uploads, setUploads] = useState(0)
  const [now] = useState(() => ({ current: { ...props, uploads } }))
  // oxlint-disable-next-line react/immutability -- read by the editor's own events, never while drawing
  now.current = { ...props, uploads }

  const take = (editor: Editor, files: File[]) => {
    if (files.length === 0) return false
    const place = picturePlace(editor)
    let before = Promise.resolve()
    for (const file of files) {
      setUploads((count) => count + 1)
      const stored = storePicture(projectId, ownerId, file)
      // as they were chosen, whichever comes first
      before = Promise.allSettled([stored, before])
        .then(() => stored)
        .then((sha256) => {
          if (!place.put(sha256, file.name)) tellFailed(t('compose.pictureLeft', { name: file.name }))
          else if (isWaiting(sha256)) tellDone(t('compose.pictureWaits'))
        })
        .catch(tellError)
        .finally(() => setUploads((count) => count - 1))
    }
    void before.finally(() => place.end())
    return true
  }
  const editor = useEditor({
    extensions: commentEditing({
      projectId,
      placeholder,
      people: () => now.current.people,
      points: () => knownThreads(queryClient, projectId),
    }),
    content: first,
    injectCSS: false,
    shouldRerenderOnTransaction: false,
    editorProps: {
      attributes: {
        role: 'textbox',
        'aria-label': label,
        'aria-multiline': 'true',
        translate: 'no',
        class: classes.text!,
        'data-tall': String(tall ?? false),
      },
      handlePaste: (_view, event): boolean => {
        const html = event.clipboardData?.getData('text/html') ?? ''
        const files = filesIn(event.clipboardData)
        // beside words, a file is only a picture of them
        if (html === '' || (files.length > 0 && isPictureAlone(html))) return take(editor, files)
        const pasted = picturesIn(html)
        queueMicrotask(() => take(editor, pasted.files))
        tellLost(pasted.lost)
        return false
      },
      handleKeyDown: (_view, event) => {
        if (isOfComposition(event)) return false
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          if (now.current.uploads === 0) now.current.onSend()
          return true
        }
        if (event.key === 'Escape' && now.current.onEscape) {
          now.current.onEscape()
          return true
        }
        return false
      },
    },
    onUpdate: ({ editor: changed }) =>
      now.current.onChange(changed.isEmpty ? null : (changed.getJSON() as CommentContent)),
  })
  useFocusAtEnd(editor, autoFocus ?? false)

  return (
    <div
      className={classes.field}
      data-comment-field
      // a file that is no picture is taken too, to be refused in words: else the browser opens it in this tab
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes('Files')) event.preventDefault()
      }}
      onDrop={(event) => {
        if (!event.defaultPrevented && take(editor, filesIn(event.dataTransfer))) event.preventDefault()
      }}
    >
      <EditorContent editor={editor} />
      <div className={classes.tools}>
        <Marks editor={editor} />
        <PictureButton label={t('compose.picture')} onFiles={(files) => take(editor, files)} />
        <PictureButton camera label={t('compose.photo')} onFiles={(files) => take(editor, files)} />
      </div>
      {uploads > 0 && (
        <p className={classes.note} role="status">
          {t('compose.uploading')}
        </p>
      )}
      {renderActions(uploads > 0)}
      <SuggestionList editor={editor} />
    </div>
  )
}

const marks = [
  { name: 'bold', icon: IconBold, run: (editor: Editor) => editor.chain().focus().toggleBold().run() },
  { name: 'italic', icon: IconItalic, run: (editor: Editor) => editor.chain().focus().toggleItalic().run() },
  { name: 'code', icon: IconCode, run: (editor: Editor) => editor.chain().focus().toggleCode().run() },
  {
    name: 'bulletList',
    icon: IconList,
    run: (editor: Editor) => editor.chain().focus().toggleBulletList().run(),
  },
  {
    name: 'orderedList',
    icon: IconListNumbers,
    run: (editor: Editor) => editor.chain().focus().toggleOrderedList().run(),
  },
] as const

function Marks({ editor }: { editor: Editor }) {
  const { t } = useTranslation('review')
  const active = useEditorState({
    editor,
    selector: ({ editor: current }) =>
      marks.filter(({ name }) => current.isActive(name)).map(({ name }) => name),
  })
  return marks.map(({ name, icon: Icon, run }) => (
    <ActionIcon
      key={name}
      variant="subtle"
      size={28}
      aria-label={t(`compose.mark.${name}`)}
      aria-pressed={active.includes(name)}
      data-active={active.includes(name)}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => run(editor)}
    >
      <Icon size={16} stroke={1.6} aria-hidden />
    </ActionIcon>
  ))
}

/** The camera's button opens the camera itself on a phone; it is away where there is a mouse. */
function PictureButton(props: { label: string; camera?: boolean; onFiles(files: File[]): void }) {
  const { label, camera = false, onFiles } = props
  const input = useRef<HTMLInputElement>(null)
  const Icon = camera ? IconCamera : IconPhoto
  return (
    <>
      <ActionIcon
        variant="subtle"
        size={28}
        aria-label={label}
        data-camera={camera}
        onClick={() => input.current?.click()}
      >
        <Icon size={16} stroke={1.6} aria-hidden />
      </ActionIcon>
      <VisuallyHidden>
        <input
          ref={input}
          type="file"
          tabIndex={-1}
          aria-label={label}
          accept={camera ? 'image/*' : imageTypes.join(',')}
          {...(camera ? { capture: 'environment' as const } : { multiple: true })}
          onChange={(event) => {
            onFiles([...(event.currentTarget.files ?? [])])
            event.currentTarget.value = ''
          }}
        />
      </VisuallyHidden>
    </>
  )
}
