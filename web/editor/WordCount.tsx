import type { Editor } from '@tiptap/core'
import { useEditorState } from '@tiptap/react'
import { useDeferredValue, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { countText } from './word-count.ts'
import classes from './WordCount.module.css'

/** How long the text is, and the selection while there is one. */
export function WordCount({ editor }: { editor: Editor }) {
  const { t, i18n } = useTranslation('editor')
  const now = useEditorState({
    editor,
    selector: ({ editor: { state } }) => ({
      doc: state.doc,
      from: state.selection.from,
      to: state.selection.to,
    }),
    equalityFn: (one, other) => one.doc === other?.doc && one.from === other.from && one.to === other.to,
  })
  const { doc, from, to } = useDeferredValue(now)
  const whole = useMemo(() => countText(doc.textBetween(0, doc.content.size, '\n')), [doc])
  const number = new Intl.NumberFormat(i18n.language)
  const part = from === to ? null : countText(doc.textBetween(from, Math.min(to, doc.content.size), '\n'))
  const { words, characters } = part ?? whole
  return (
    <p className={classes.count}>
      {t(part ? 'count.selected' : 'count.all', {
        words: t('count.words', { count: words, number: number.format(words) }),
        characters: t('count.characters', { count: characters, number: number.format(characters) }),
      })}
    </p>
  )
}
