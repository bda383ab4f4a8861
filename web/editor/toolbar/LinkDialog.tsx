import { Button, Group, Modal, TextInput } from '@mantine/core'
import type { Editor } from '@tiptap/core'
import { TextSelection } from '@tiptap/pm/state'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { isSafeLink } from '../../../shared/document/safe-link.ts'
import { useObserved } from '../../sync/room/use-room.ts'
import { asAddress } from './address.ts'
import { linkOpen } from './keys.ts'

const close = () => linkOpen.set(false)

/** Adds, changes, opens or takes away the link of the selection or of the word that the caret stands in. */
export function LinkDialog({ editor }: { editor: Editor }) {
  const { t } = useTranslation('editor')
  const open = useObserved(linkOpen)
  return (
    <Modal opened={open} onClose={close} title={t('link.edit')} returnFocus={false}>
      <LinkForm editor={editor} onDone={close} />
    </Modal>
  )
}

function LinkForm({ editor, onDone }: { editor: Editor; onDone(): void }) {
  const { t } = useTranslation('editor')
  const present = (editor.getAttributes('link').href as string | undefined) ?? ''
  const [typed, setTyped] = useState(present)
  const [wrong, setWrong] = useState(false)
  const save = (event: FormEvent) => {
    event.preventDefault()
    const href = asAddress(typed)
    if (!isSafeLink(href) || !URL.canParse(href)) return setWrong(true)
    const chain = editor.chain().focus().extendMarkRange('link')
    if (editor.state.selection.empty && !present) {
      chain
        .insertContent({ type: 'text', text: typed.trim(), marks: [{ type: 'link', attrs: { href } }] })
        .run()
    } else {
      // what is typed on stands behind the link, and takes none of its words away
      chain
        .setLink({ href })
        .command(({ tr }) => Boolean(tr.setSelection(TextSelection.create(tr.doc, tr.selection.to))))
        .run()
    }
    onDone()
  }
  const remove = () => {
    editor.chain().focus().extendMarkRange('link').unsetLink().run()
    onDone()
  }
  return (
    <form onSubmit={save}>
      <TextInput
        data-autofocus
        label={t('link.address')}
        placeholder="https://"
        value={typed}
        error={wrong && t('link.wrong')}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          setWrong(false)
        }}
      />
      <Group mt="md" justify="flex-end">
        {present && (
          <>
            <Button
              variant="default"
              component="a"
              href={present}
              target="_blank"
              rel="noopener noreferrer nofollow"
            >
              {t('link.open')}
            </Button>
            <Button variant="default" onClick={remove}>
              {t('link.remove')}
            </Button>
          </>
        )}
        <Button type="submit" disabled={!typed.trim()}>
          {t('link.save')}
        </Button>
      </Group>
    </form>
  )
}
