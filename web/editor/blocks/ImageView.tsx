import { ActionIcon, Popover, TextInput } from '@mantine/core'
import { IconAlt, IconPhotoOff, IconTrash } from '@tabler/icons-react'
import { NodeViewWrapper, ReactNodeViewRenderer, type NodeViewProps } from '@tiptap/react'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ImageFile } from '../../../shared/document/image-file.ts'
import { pictureWidth } from '../../../shared/document/picture-width.ts'
import { showFormatCharacters } from '../../../shared/text/format-characters.ts'
import { attributeBounds } from '../../../shared/attribute-bounds.ts'
import { fileAddress } from '../../ui/files/file-address.ts'
import { isOfComposition } from '../../ui/text/composing.ts'
import { blockBar } from '../toolbar/bar-keys.ts'
import classes from './ImageView.module.css'

/** The schema's picture, shown from the project's store, with a handle for its width and a field for its words. */
export const imageFileWithView = (projectId: string) =>
  ImageFile.extend({
    addNodeView: () =>
      ReactNodeViewRenderer((props: NodeViewProps) => <ImageView {...props} projectId={projectId} />),
  })

const narrowest = 48

function ImageView({
  node,
  editor,
  selected,
  updateAttributes,
  deleteNode,
  projectId,
}: NodeViewProps & { projectId: string }) {
  const { t } = useTranslation('editor')
  const { sha256, alt, width } = node.attrs as { sha256: string | null; alt: string; width: number | null }
  const address = fileAddress(projectId, sha256)
  const [isUnreadable, setUnreadable] = useState(false)
  const isMissing = isUnreadable || !address
  const [dragged, setDragged] = useState<number | null>(null)
  const picture = useRef<HTMLImageElement>(null)
  const shown = pictureWidth(dragged ?? width)

  const startResize = (down: React.PointerEvent<HTMLButtonElement>) => {
    down.preventDefault()
    const handle = down.currentTarget
    const first = picture.current?.clientWidth ?? narrowest
    let now = first
    handle.setPointerCapture(down.pointerId)
    const during = new AbortController()
    const { signal } = during
    const onMove = (move: PointerEvent) => {
      now = Math.max(narrowest, Math.round(first + move.clientX - down.clientX))
      setDragged(now)
    }
    const onUp = () => {
      during.abort()
      setDragged(null)
      updateAttributes({ width: now })
    }
    handle.addEventListener('pointermove', onMove, { signal })
    handle.addEventListener('pointerup', onUp, { signal })
  }
  const nudge = (event: React.KeyboardEvent) => {
    const step = { ArrowLeft: -16, ArrowRight: 16 }[event.key]
    if (!step) return
    event.preventDefault()
    updateAttributes({ width: Math.max(narrowest, (picture.current?.clientWidth ?? narrowest) + step) })
  }

  return (
    <NodeViewWrapper
      {...(selected && blockBar)}
      className={classes.figure}
      data-selected={selected}
      data-drag-handle
    >
      <div className={classes.frame}>
        {isMissing ? (
          <div className={classes.missing} role="img" aria-label={alt}>
            <IconPhotoOff size={20} stroke={1.5} aria-hidden /> {t('image.missing')}
          </div>
        ) : (
          <img
            ref={picture}
            src={address}
            alt={alt}
            style={shown === null ? undefined : { width: shown }}
            onError={() => setUnreadable(true)}
          />
        )}
        {editor.isEditable && selected && !isMissing && (
          <button
            type="button"
            className={classes.handle}
            aria-label={t('image.resize')}
            onPointerDown={startResize}
            onKeyDown={nudge}
          />
        )}
      </div>
      {/* who cannot see the picture has heard it */}
      {alt && (
        <div className={classes.caption} aria-hidden>
          {showFormatCharacters(alt)}
        </div>
      )}
      {editor.isEditable && selected && (
        <>
          <div className={classes.actions}>
            <Description alt={alt} onDescribe={(words) => updateAttributes({ alt: words })} />
            <ActionIcon
              variant="default"
              aria-label={t('image.remove')}
              onClick={() => {
                deleteNode()
                editor.commands.focus()
              }}
            >
              <IconTrash size={18} stroke={1.5} />
            </ActionIcon>
          </div>
        </>
      )}
    </NodeViewWrapper>
  )
}

/** The button and the field for a picture's words. What is half written when it goes is kept: the picture is left, or was changed. */
function Description({ alt, onDescribe }: { alt: string; onDescribe(words: string): void }) {
  const { t } = useTranslation('editor')
  /** As it is being written; null while nobody writes it. */
  const [words, setWords] = useState<string | null>(null)
  const keep = () => {
    if (words !== null && words.trim() !== alt) onDescribe(words.trim())
  }
  const keepOnLeaving = useEffectEvent(keep)
  useEffect(() => () => keepOnLeaving(), [])
  const end = () => {
    keep()
    setWords(null)
  }
  return (
    <Popover
      opened={words !== null}
      onChange={(opened) => (opened ? setWords(alt) : end())}
      withinPortal
      trapFocus
      returnFocus
      position="bottom-end"
    >
      <Popover.Target>
        <ActionIcon
          variant="default"
          aria-label={t('image.alt')}
          onClick={() => (words === null ? setWords(alt) : end())}
        >
          <IconAlt size={18} stroke={1.5} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <TextInput
          label={t('image.alt')}
          description={t('image.altWhy')}
          value={words ?? alt}
          maxLength={attributeBounds.altCharacters}
          w={280}
          onChange={(event) => setWords(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || isOfComposition(event)) return
            event.preventDefault()
            end()
          }}
        />
      </Popover.Dropdown>
    </Popover>
  )
}
