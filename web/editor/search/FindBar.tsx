import { Button, TextInput } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconLetterCase, IconX } from '@tabler/icons-react'
import type { Editor } from '@tiptap/core'
import type { Transaction } from '@tiptap/pm/state'
import { useEditorState } from '@tiptap/react'
import { useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useTranslation } from 'react-i18next'
import { useObserved } from '../../sync/room/use-room.ts'
import { askToFind, findAsked, findOpen } from '../toolbar/keys.ts'
import { whileSettling } from '../caret/kept-place.ts'
import { asAct } from '../undo/undo-steps.ts'
import { isOfComposition } from '../../ui/text/composing.ts'
import { Tool } from '../../ui/Tool.tsx'
import classes from './FindBar.module.css'

/** In one passage its words are replaced at one go, which looks like typing. */
function markAsAct({ tr }: { tr: Transaction }): boolean {
  asAct(tr)
  return true
}

/**
 * Find, and for those who write replace. Enter goes on, Shift Enter back, Esc closes and returns to the text.
 * `wanted`: words that are looked for at once, as the address says.
 */
export function FindBar({ editor, wanted }: { editor: Editor; wanted?: string }) {
  const open = useObserved(findOpen)
  useEffect(() => {
    if (wanted) findOpen.set(true)
    return () => findOpen.set(false)
  }, [wanted])
  useEffect(() => {
    // readers' keys do not reach the text
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'f' || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return
      event.preventDefault()
      askToFind()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  return open ? <Finder editor={editor} wanted={wanted} /> : null
}

function Finder({ editor, wanted }: { editor: Editor; wanted?: string }) {
  const { t } = useTranslation('editor')
  const [term, setTerm] = useState(() => wanted ?? selectedWord(editor))
  const [replacement, setReplacement] = useState('')
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const goToField = () => {
      const word = editor.isFocused ? selectedWord(editor) : ''
      if (word) flushSync(() => setTerm(word))
      field.current?.focus()
      field.current?.select()
    }
    return findAsked.subscribe(goToField)
  }, [editor])
  const found = useEditorState({
    editor,
    selector: ({ editor: current }) => {
      const { results, currentIndex, caseSensitive, searchTerm } = current.storage.findAndReplace
      return { count: results.length, at: currentIndex, caseSensitive, searchTerm }
    },
  })
  useEffect(() => {
    editor.commands.setSearchTerm(term)
  }, [editor, term])
  useEffect(
    () => () => {
      if (!editor.isDestroyed) editor.commands.clearSearch()
    },
    [editor],
  )
  // the text may still be on its way when it is wanted
  const isThere = found.count > 0
  useEffect(() => {
    if (!wanted || !isThere) return
    // the one that was found: there and back, as it is the current one that nobody went to yet
    editor.commands.goToNextResult()
    editor.commands.goToPreviousResult()
    // pictures above it may come later
    const text = editor.view.dom
    return whileSettling(text, () => hitIn(text)?.scrollIntoView({ block: 'center' }))
  }, [editor, wanted, isThere])
  // the first hit of a word, once it was looked for
  const isFound = found.searchTerm !== '' && found.searchTerm === term
  useEffect(() => (isFound ? showHit(editor) : undefined), [editor, isFound])
  const close = () => {
    findOpen.set(false)
    editor.commands.focus()
  }
  const go = (back: boolean) => {
    if (back) editor.commands.goToPreviousResult()
    else editor.commands.goToNextResult()
    showHit(editor)
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (!isOfComposition(event) && event.key === 'Enter') go(event.shiftKey)
  }
  const onEscape = (event: React.KeyboardEvent) => {
    if (!isOfComposition(event) && event.key === 'Escape') close()
  }
  const [replaced, setReplaced] = useState<number | null>(null)
  // from the text it is taken back by the key that one expects
  const replaceAll = () => {
    setReplaced(found.count)
    editor.chain().focus(null, { scrollIntoView: false }).replaceAll().command(markAsAct).run()
  }
  const replaceOne = () => {
    editor.chain().replace().command(markAsAct).run()
    showHit(editor)
    if (found.count <= 1) editor.commands.focus(null, { scrollIntoView: false })
  }
  const { count } = found
  const said = () => {
    if (count > 0) return t('find.at', { at: (found.at ?? 0) + 1, count })
    return replaced === null ? t('find.none') : t('find.replaced', { count: replaced })
  }
  return (
    <div className={classes.bar} role="search" onKeyDown={onEscape}>
      <TextInput
        ref={field}
        className={classes.field}
        data-autofocus
        autoFocus
        size="xs"
        aria-label={t('find.term')}
        placeholder={t('find.term')}
        value={term}
        onChange={(event) => {
          setTerm(event.currentTarget.value)
          setReplaced(null)
        }}
        onKeyDown={onKeyDown}
      />
      <span className={classes.count} role="status">
        {term && said()}
      </span>
      <Tool icon={IconArrowUp} label={t('find.previous')} disabled={count === 0} onClick={() => go(true)} />
      <Tool icon={IconArrowDown} label={t('find.next')} disabled={count === 0} onClick={() => go(false)} />
      <Tool
        icon={IconLetterCase}
        label={t('find.caseSensitive')}
        active={found.caseSensitive}
        onClick={() => editor.commands.setCaseSensitive(!found.caseSensitive)}
      />
      {editor.isEditable && (
        <>
          <TextInput
            className={classes.field}
            size="xs"
            aria-label={t('find.replacement')}
            placeholder={t('find.replacement')}
            value={replacement}
            onChange={(event) => {
              setReplacement(event.currentTarget.value)
              editor.commands.setReplaceTerm(event.currentTarget.value)
            }}
          />
          <Button size="xs" variant="default" disabled={count === 0} onClick={replaceOne}>
            {t('find.replace')}
          </Button>
          <Button size="xs" variant="default" disabled={count === 0} onClick={replaceAll}>
            {t('find.replaceAll')}
          </Button>
        </>
      )}
      <Tool icon={IconX} label={t('find.close')} keys={['Esc']} onClick={close} />
    </div>
  )
}

/**
 * Brings the hit that is marked into view: the text has no focus meanwhile, and so does not scroll to its selection.
 * Gives the end of it.
 */
function showHit(editor: Editor): () => void {
  const text = editor.view.dom
  return whileSettling(text, () => hitIn(text)?.scrollIntoView({ block: 'nearest' }))
}

const hitIn = (text: Element) => text.querySelector('.find-and-replace-result-current')

function selectedWord(editor: Editor): string {
  const { from, to } = editor.state.selection
  const text = editor.state.doc.textBetween(from, to, '\n')
  return text.length <= 100 && !text.includes('\n') ? text : ''
}
