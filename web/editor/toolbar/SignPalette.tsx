import { Popover, TextInput, Tooltip } from '@mantine/core'
import { IconOmega } from '@tabler/icons-react'
import type { Editor } from '@tiptap/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { noteSign, recentSigns, signGroups, signMatches, type Sign } from './signs.ts'
import { isOfComposition } from '../../ui/text/composing.ts'
import { Tool } from '../../ui/Tool.tsx'
import classes from './SignPalette.module.css'

/** The palette of engineering signs: found by name in either language, those used last on top. */
export function SignPalette({ editor }: { editor: Editor }) {
  const { t } = useTranslation('editor')
  const [open, setOpen] = useState(false)
  const [query, setQuery] = useState('')
  // after a sign was put in, the text has the keys
  useEffect(() => {
    if (!open) return
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !isOfComposition(event)) setOpen(false)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [open])
  const nameOf = (sign: Sign) => t(`sign.${sign.id}`)
  const recent = recentSigns()
  const groups = signGroups
    .map(({ id, signs }) => ({ id, signs: signs.filter((sign) => signMatches(sign, nameOf(sign), query)) }))
    .filter(({ signs }) => signs.length > 0)
  const shown = query || recent.length === 0 ? groups : [{ id: 'recent' as const, signs: recent }, ...groups]
  const put = (sign: Sign) => {
    noteSign(sign)
    editor.chain().focus().insertContent({ type: 'text', text: sign.sign }).run()
  }
  return (
    <Popover opened={open} onChange={setOpen} position="bottom" trapFocus returnFocus={false} withinPortal>
      <Popover.Target>
        <Tool icon={IconOmega} label={t('signs.open')} active={open} onClick={() => setOpen(!open)} />
      </Popover.Target>
      <Popover.Dropdown className={classes.palette}>
        <TextInput
          data-autofocus
          aria-label={t('signs.search')}
          placeholder={t('signs.search')}
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={(event) => {
            const first = groups[0]?.signs[0]
            if (event.key === 'Enter' && first && !isOfComposition(event)) put(first)
          }}
        />
        {shown.length === 0 && <p className={classes.none}>{t('signs.none')}</p>}
        {shown.map(({ id, signs }) => (
          <section key={id} aria-label={t(`signs.${id}`)}>
            <h3>{t(`signs.${id}`)}</h3>
            <div className={classes.grid}>
              {signs.map((sign) => (
                <Tooltip key={sign.id} label={nameOf(sign)}>
                  <button
                    type="button"
                    className={classes.sign}
                    aria-label={nameOf(sign)}
                    onClick={() => put(sign)}
                  >
                    {sign.sign}
                  </button>
                </Tooltip>
              ))}
            </div>
          </section>
        ))}
      </Popover.Dropdown>
    </Popover>
  )
}
