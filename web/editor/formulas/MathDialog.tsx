import { Modal } from '@mantine/core'
import type { Editor } from '@tiptap/core'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { useObserved } from '../../sync/room/use-room.ts'
import { Loading } from '../../ui/feedback/Loading.tsx'
import { mathAsked } from './math-dialog.ts'

const MathForm = lazy(async () => ({ default: (await import('./MathForm.tsx')).MathForm }))

/** Writes a formula in LaTeX and shows at once how it will look. */
export function MathDialog({ editor }: { editor: Editor }) {
  const { t } = useTranslation('editor')
  const asked = useObserved(mathAsked)
  const close = () => {
    mathAsked.set(null)
    editor.commands.focus()
  }
  return (
    <Modal opened={asked !== null} onClose={close} title={t('math.title')} returnFocus={false}>
      {asked && (
        <Suspense fallback={<Loading />}>
          <MathForm editor={editor} asked={asked} onDone={close} />
        </Suspense>
      )}
    </Modal>
  )
}
