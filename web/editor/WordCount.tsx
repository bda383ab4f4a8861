import type { Editor } from '@tiptap/core'
import { useEditorState } from '@tiptap/react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../ui/language/formats.ts'
import { useAfterPause } from './use-after-pause.ts'
import { countNode, countText, type TextCount } from './word-count.ts'
import classes from './WordCount.module.css'

/** How long the text is, and the selection while there is one. */
export function WordCount({ editor }: { editor: Editor }) {
  const { t } = useTranslation('editor')
  const whole = useAfterPause(editor, readCount)
  const selected = useEditorState({
    editor,
    selector: ({ editor: { state } }) => {
      const { from, to } = state.selection
      return from === to ? '' : state.doc.textBetween(from, to, '\n')
    },
  })
  const part = useMemo(() => (selected === '' ? null : countText(selected)), [selected])
  const { number } = useFormats()
  const count = part ?? whole
  if (!count) return <p className={classes.count} />
  const { words, characters } = count
  return (
    <p className={classes.count}>
      {t(part ? 'count.selected' : 'count.all', {
        words: t('count.words', { count: words, number: number(words) }),
        characters: t('count.characters', { count: characters, number: number(characters) }),
      })}
    </p>
  )
}

function readCount({ state }: Editor, before: TextCount | null): TextCount {
  const now = countNode(state.doc)
  return now.words === before?.words && now.characters === before.characters ? before : now
}
