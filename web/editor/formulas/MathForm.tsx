import { Button, Group, Textarea } from '@mantine/core'
import type { Editor } from '@tiptap/core'
import katex from 'katex/dist/katex.mjs'
import 'katex/dist/katex.min.css'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { attributeBounds } from '../../../shared/attribute-bounds.ts'
import { isWholeFormula } from '../../../shared/text/formula.ts'
import { drawFormula } from './formula.ts'
import { writeMath, type MathAsked } from './math-dialog.ts'

/** Where a formula is written; with KaTeX, so it is loaded when it is asked for. */
export function MathForm({ editor, asked, onDone }: { editor: Editor; asked: MathAsked; onDone(): void }) {
  const { t } = useTranslation('editor')
  const [latex, setLatex] = useState(asked.latex)
  const wrong = !isWholeFormula(katex, latex)
  const preview = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // half a formula is no mistake yet: the last whole one stays in view
    if (!wrong) drawFormula(katex, latex, preview.current!, { displayMode: true })
  }, [latex, wrong])
  const field = useRef<HTMLTextAreaElement>(null)
  // the first time the dialog is there before its field, and looked for what to focus already
  useEffect(() => field.current?.focus(), [])
  const save = () => {
    writeMath(editor, asked, latex)
    onDone()
  }
  return (
    <>
      <Textarea
        ref={field}
        data-autofocus
        autosize
        minRows={2}
        label={t('math.latex')}
        placeholder="\sigma = \frac{F}{A}"
        value={latex}
        maxLength={attributeBounds.formulaCharacters}
        error={wrong && t('math.wrong')}
        onChange={(event) => setLatex(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
          event.preventDefault()
          if (!wrong) save()
        }}
      />
      <div ref={preview} aria-label={t('math.preview')} />
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onDone}>
          {t('cancel')}
        </Button>
        <Button onClick={save} disabled={wrong}>
          {t('math.save')}
        </Button>
      </Group>
    </>
  )
}
