import type { Editor } from '@tiptap/core'
import { Extension } from '@tiptap/core'
import { Plugin, PluginKey, Selection, type EditorState } from '@tiptap/pm/state'
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view'
import { i18n } from '../../i18n.ts'
import { imageTypes, type StoredFile } from '../../../shared/files.ts'
import { ApiError, isLost, mayYetBeTaken } from '../../api.ts'
import { clientLimits } from '../../ui/client-limits.ts'
import { tellError, tellFailed } from '../../ui/feedback/notices.ts'
import { isPictureAlone, picturesIn, tellLost } from '../../ui/text/pasted-pictures.ts'
import { uploadFile } from '../../ui/files/upload-file.ts'
import type { Room } from '../../sync/room/room.ts'
import { isJoined } from '../../sync/room/save-state.ts'
import { putBlock } from '../caret/behind-node.ts'

interface Upload {
  id: number
  at: number
  /** Where the caret stood, which goes behind it as long as the person leaves it there. */
  caret: number
  /** What stands there meanwhile. */
  shown: HTMLElement
}
/** `next`: where those go that wait at the place of one that was put in. */
type Change = { add: Upload } | { remove: number } | { put: number; next: number }

const uploadsKey = new PluginKey<readonly Upload[]>('imageUploads')
const accepted = new Set<string>(imageTypes)
let lastId = 0

export interface ImageUploadOptions {
  projectId: string
  /** Counts the pictures that are not in the text yet, and tells when the server is reached again. */
  room: Pick<Room, 'pictures' | 'state'>
}

/** Takes pictures by paste, drop and button; shows a placeholder that keeps its place in the text while they travel. */
export const ImageUpload = Extension.create<ImageUploadOptions>({
  name: 'imageUpload',
  addProseMirrorPlugins() {
    const { editor } = this
    const take = (files: File[], at: number) => files.map((file) => upload(editor, file, at))
    return [
      new Plugin<readonly Upload[]>({
        key: uploadsKey,
        state: {
          init: () => [],
          apply(transaction, uploads) {
            // what is typed on stands behind the picture
            const { mapping } = transaction
            const moved = uploads.map((one) => ({
              ...one,
              at: mapping.map(one.at, -1),
              caret: mapping.map(one.caret, -1),
            }))
            const change = transaction.getMeta(uploadsKey) as Change | undefined
            if (!change) return moved
            if ('add' in change) return [...moved, change.add]
            if ('remove' in change) return moved.filter(({ id }) => id !== change.remove)
            const { put, next } = change
            const place = moved.find(({ id }) => id === put)?.at
            return moved.map((one) => (one.at === place ? { ...one, at: next, caret: next } : one))
          },
        },
        props: {
          decorations: drawUploads,
          handlePaste(view, event) {
            const files = filesIn(event.clipboardData)
            if (files.length === 0 || !wantsFiles(event.clipboardData)) return false
            void take(files, view.state.selection.from)
            return true
          },
          handleDrop(view, event, _slice, moved) {
            const files = filesIn(event.dataTransfer)
            if (moved || files.length === 0) return false
            // a file that is no picture is taken too, to be refused in words: else the browser opens it in this tab
            event.preventDefault()
            const under = view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos
            const at = under === undefined ? undefined : besideWords(view, under, event.clientY)
            // who drops it there goes on there, behind it
            if (at !== undefined) goTo(view, at)
            void take(files, at ?? view.state.selection.from)
            view.focus()
            return true
          },
        },
      }),
    ]
  },
})

/** A place that parts no words: of those under the pointer, the end of their block that is nearer to it. */
function besideWords(view: EditorView, under: number, y: number): number {
  const $at = view.state.doc.resolve(under)
  const { parent, parentOffset } = $at
  if (!parent.isTextblock || parentOffset === 0 || parentOffset === parent.content.size) return under
  const block = view.nodeDOM($at.before())
  if (!(block instanceof Element)) return $at.end()
  const { top, height } = block.getBoundingClientRect()
  return y < top + height / 2 ? $at.start() : $at.end()
}

/** Takes the caret to a place, or where no words may stand there, to the next one where they may. */
function goTo(view: EditorView, at: number): void {
  const { doc, tr } = view.state
  view.dispatch(tr.setSelection(Selection.near(doc.resolve(at))))
}

/** Opens the file chooser and puts the chosen pictures in at the caret. */
export function askForImages(editor: Editor): void {
  const chooser = document.createElement('input')
  chooser.type = 'file'
  chooser.multiple = true
  chooser.accept = imageTypes.join(',')
  chooser.addEventListener('change', () => addImages(editor, [...(chooser.files ?? [])]))
  chooser.click()
}

/** Puts pictures in at the caret. */
export function addImages(editor: Editor, files: readonly File[]): void {
  for (const file of files) void upload(editor, file, editor.state.selection.from)
}

const optionsOf = (editor: Editor): ImageUploadOptions =>
  editor.extensionManager.extensions.find(({ name }) => name === ImageUpload.name)!
    .options as ImageUploadOptions

/** False where the files of a paste are only a picture of its words. */
function wantsFiles(data: DataTransfer | null): boolean {
  const html = data?.getData('text/html') ?? ''
  return html === '' || isPictureAlone(html)
}

/** Of a passage pasted from elsewhere: brings the pictures whose bytes came with it, behind it, and tells of the others. */
export function bringPictures(editor: Editor, data: DataTransfer | null): void {
  const html = data?.getData('text/html') ?? ''
  if (!data || html === '' || html.includes('data-pm-slice')) return
  if (data.files.length > 0 && wantsFiles(data)) return
  const { files, lost } = picturesIn(html)
  // when the passage stands
  queueMicrotask(() => addImages(editor, files))
  tellLost(lost)
}

const filesIn = (data: DataTransfer | null): File[] => [...(data?.files ?? [])]

async function upload(editor: Editor, file: File, at: number): Promise<void> {
  if (!editor.isEditable) return
  const { pictures } = optionsOf(editor).room
  pictures.set(pictures.get() + 1)
  const id = ++lastId
  const shown = document.createElement('span')
  shown.className = 'image-upload'
  const caret = editor.state.selection.from
  tell(editor, { add: { id, at, caret, shown } })
  try {
    if (!accepted.has(file.type)) throw new ApiError('file_type_unsupported', {}, 415)
    const limit = clientLimits().fileBytes
    if (file.size > limit) throw new ApiError('file_too_large', { limit }, 413)
    const stored = await store(editor, file, shown)
    if (editor.isDestroyed) tellFailed(i18n.t('editor:image.notPutIn', { name: file.name }))
    else if (stored !== null) putIn(editor, id, stored)
  } catch (error) {
    tellError(error)
  } finally {
    pictures.set(pictures.get() - 1)
    if (!editor.isDestroyed) tell(editor, { remove: id })
  }
}

/** Null for a picture that was not taken yet and its person does not try again. A file counts once however often it is sent. */
async function store(editor: Editor, file: File, shown: HTMLElement): Promise<StoredFile | null> {
  const { projectId, room } = optionsOf(editor)
  const { name } = file
  for (;;) {
    const bar = document.createElement('progress')
    bar.max = 1
    bar.value = 0
    shown.replaceChildren(i18n.t('editor:image.uploading', { name }), bar)
    try {
      return await uploadFile(projectId, file, (share) => (bar.value = share))
    } catch (error) {
      if (!mayYetBeTaken(error) || editor.isDestroyed) throw error
      // of a lost connection the page tells by itself
      if (!isLost(error)) tellError(error)
      if (!(await isSentAgain(editor, room.state, name, shown))) return null
    }
  }
}

/** Asks about a picture that was not taken yet: it is sent again when its person says so, or the server is reached again. */
function isSentAgain(
  editor: Editor,
  state: Room['state'],
  name: string,
  shown: HTMLElement,
): Promise<boolean> {
  return new Promise((decide) => {
    let wasJoined = isJoined(state.get())
    const stop = state.subscribe(() => {
      const joined = isJoined(state.get())
      if (joined && !wasJoined) resolve(true)
      wasJoined = joined
    })
    const onDestroy = () => resolve(false)
    editor.on('destroy', onDestroy)
    const resolve = (answer: boolean) => {
      stop()
      editor.off('destroy', onDestroy)
      decide(answer)
    }
    const button = (words: string, answer: boolean) => {
      const made = document.createElement('button')
      made.type = 'button'
      made.textContent = words
      made.addEventListener('click', () => resolve(answer))
      return made
    }
    const [again, leave] = [button(i18n.t('ui:retry'), true), button(i18n.t('editor:image.leave'), false)]
    shown.replaceChildren(i18n.t('editor:image.notSent', { name }), again, leave)
  })
}

function putIn(editor: Editor, id: number, stored: StoredFile): void {
  const place = uploadsKey.getState(editor.state)?.find((one) => one.id === id)
  if (!place) return
  const { at, caret } = place
  const picture = { type: 'imageFile', attrs: { sha256: stored.sha256, alt: '' } }
  // a caret that was taken elsewhere while it travelled stays there
  const next = putBlock(editor, at, picture, editor.state.selection.from === caret)
  if (next !== null) tell(editor, { put: id, next })
}

const tell = (editor: Editor, change: Change): void =>
  editor.view.dispatch(editor.state.tr.setMeta(uploadsKey, change).setMeta('addToHistory', false))

function drawUploads(state: EditorState): DecorationSet {
  const uploads = uploadsKey.getState(state) ?? []
  const drawn = uploads.map(({ at, id, shown }) =>
    Decoration.widget(Math.min(at, state.doc.content.size), () => shown, {
      key: `upload-${id}`,
      side: -1,
      // its buttons are not the text's
      stopEvent: () => true,
    }),
  )
  return DecorationSet.create(state.doc, drawn)
}
