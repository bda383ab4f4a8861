import type { Editor, Extensions } from '@tiptap/core'
import type { Transaction } from '@tiptap/pm/state'
import { Placeholder } from '@tiptap/extensions'
import { StarterKit } from '@tiptap/starter-kit'
import { Mention, PointLink } from '../../../shared/comment/reference-nodes.ts'
import { plainComment } from '../../../shared/comment/schema.ts'
import { ImageFile } from '../../../shared/document/image-file.ts'
import { imageTypes } from '../../../shared/files.ts'
import type { Author, Thread } from '../../../shared/review.ts'
import { ApiError, mayYetBeTaken } from '../../api.ts'
import { clientLimits } from '../../ui/client-limits.ts'
import { FocusedCaret } from '../../ui/focused-caret.ts'
import { RedoKeys } from '../../ui/text/redo-keys.ts'
import { StorableText } from '../../ui/text/storable-text.ts'
import { PastedWords } from '../../ui/text/pasted-words.ts'
import { fileAddress } from '../../ui/files/file-address.ts'
import { uploadFile } from '../../ui/files/upload-file.ts'
import { newClientId } from '../queue/client-id.ts'
import { suggestions } from './suggestions.ts'
import { isWaiting, keepPicture, pictureOf, picturesFolder } from '../pictures/waiting-pictures.ts'

/** What the comment's editor is made of: the comment schema with its pictures shown and names suggested. */
export function commentEditing(given: {
  projectId: string
  placeholder: string
  people(): readonly Author[]
  points(): readonly Thread[]
}): Extensions {
  return [
    StarterKit.configure({ ...plainComment, dropcursor: false, gapcursor: false }),
    FocusedCaret,
    StorableText,
    RedoKeys,
    Mention,
    PointLink,
    ImageFile.extend({
      addNodeView:
        () =>
        ({ node }) => {
          const dom = document.createElement('img')
          let isGone = false
          const { sha256, alt } = node.attrs
          dom.alt = String(alt)
          if (!isWaiting(sha256)) dom.src = fileAddress(given.projectId, sha256) ?? ''
          else {
            void pictureOf(sha256).then((file) => {
              if (file && !isGone) dom.src = URL.createObjectURL(file)
            })
          }
          const destroy = () => {
            isGone = true
            URL.revokeObjectURL(dom.src)
          }
          return { dom, destroy }
        },
    }),
    PastedWords,
    Placeholder.configure({ placeholder: ({ editor }) => (editor.isEmpty ? given.placeholder : '') }),
    suggestions(given.people, given.points),
  ]
}

export const filesIn = (data: DataTransfer | null): File[] => [...(data?.files ?? [])]

/**
 * Stores a picture in the project. Where it is not taken yet, it waits on this device, for `ownerId` whose comment it goes with.
 * @returns what stands for it in a comment. @throws ApiError
 */
export async function storePicture(
  projectId: string,
  ownerId: string | undefined,
  file: File,
): Promise<string> {
  if (!(imageTypes as readonly string[]).includes(file.type)) {
    throw new ApiError('file_type_unsupported', {}, 415)
  }
  const limit = clientLimits().fileBytes
  if (file.size > limit) throw new ApiError('file_too_large', { limit }, 413)
  return uploadFile(projectId, file, () => {}).then(
    (stored) => stored.sha256,
    (error: unknown) => {
      if (!mayYetBeTaken(error) || ownerId === undefined) throw error
      return keepPicture(picturesFolder(ownerId, projectId), newClientId(), file)
    },
  )
}

/** A place in what is written, where pictures go that are on their way: it stays while its person writes on. */
export interface PicturePlace {
  /** False when the field was closed meanwhile, so that the picture is in no comment. */
  put(sha256: string, name: string): boolean
  end(): void
}

/** Pictures go behind what is selected now, one behind the other, and the caret stays where it is by then. */
export function picturePlace(editor: Editor): PicturePlace {
  let at = editor.state.selection.to
  const follow = ({ transaction }: { transaction: Transaction }) => (at = transaction.mapping.map(at, -1))
  editor.on('transaction', follow)
  return {
    put(sha256, name) {
      if (editor.isDestroyed) return false
      const { tr, schema } = editor.state
      const $at = tr.doc.resolve(at)
      const isInWords = $at.parent.isTextblock
      if (isInWords && $at.parentOffset > 0) tr.split(at)
      const before = !isInWords ? at : $at.parentOffset > 0 ? at + 1 : $at.before()
      tr.insert(before, schema.nodes.imageFile!.create({ sha256, alt: name }))
      editor.view.dispatch(tr.scrollIntoView())
      at = before + 1
      return true
    },
    end: () => editor.off('transaction', follow),
  }
}
