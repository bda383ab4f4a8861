import { DOMSerializer } from '@tiptap/pm/model'
import { render } from 'katex'
import { useLayoutEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { readKept } from '../../shared/document/kept-content.ts'
import { isSafeLink } from '../../shared/document/safe-link.ts'
import { schema } from '../../shared/document/schema.ts'
import { showFormatCharacters } from '../../shared/text/format-characters.ts'
import type { FrozenDocument } from '../../shared/signoff.ts'
import { fileAddress } from '../ui/files/file-address.ts'
import classes from './FrozenText.module.css'

/** Puts a picture's words under it, as they are printed there. */
function captionOf(image: HTMLImageElement): void {
  if (!image.alt) return
  const figure = document.createElement('figure')
  const caption = document.createElement('figcaption')
  caption.textContent = image.alt
  image.replaceWith(figure)
  figure.append(image, caption)
}

/** A frozen document to read: the schema's own elements, with pictures and formulas filled in. */
export function FrozenText({
  projectId,
  content,
}: {
  projectId: string
  content: FrozenDocument['content']
}) {
  const { t } = useTranslation('ui')
  const place = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const node = readKept(schema, content)
    const body = DOMSerializer.fromSchema(schema).serializeFragment(node.content)
    for (const image of body.querySelectorAll('img')) {
      image.src = fileAddress(projectId, image.dataset.sha256) ?? ''
      captionOf(image)
    }
    for (const formula of body.querySelectorAll<HTMLElement>('[data-latex]')) {
      render(formula.dataset.latex ?? '', formula, {
        displayMode: formula.dataset.type === 'block-math',
      })
    }
    // as print shows them
    const texts = document.createTreeWalker(body, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) {
      const text = texts.currentNode as Text
      text.data = showFormatCharacters(text.data)
    }
    // What is wider than the page scrolls by itself, with the keyboard too.
    for (const table of body.querySelectorAll('table')) {
      const frame = document.createElement('div')
      frame.className = classes.wide!
      frame.tabIndex = 0
      table.replaceWith(frame)
      frame.append(table)
    }
    for (const box of body.querySelectorAll('input')) {
      box.disabled = true
      box.setAttribute('aria-label', box.closest('li')?.querySelector('p')?.textContent || t('ui:task'))
    }
    for (const code of body.querySelectorAll('pre')) code.tabIndex = 0
    for (const link of body.querySelectorAll('a')) {
      if (!isSafeLink(link.getAttribute('href'))) link.removeAttribute('href')
    }
    place.current!.replaceChildren(body)
  }, [projectId, content, t])
  return <div ref={place} className={classes.text} translate="no" />
}
