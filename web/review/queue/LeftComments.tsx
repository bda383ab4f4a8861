import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { copyText } from '../../sync/recovered/copy-text.ts'
import classes from '../../sync/recovered/RecoveryPanel.module.css'
import { saveAsText } from '../../sync/recovered/save-as-text.ts'
import { confirm } from '../../ui/feedback/confirm.tsx'
import { autosavedOn, plainTextOfAutosaved } from '../drafts/autosave.ts'
import { unsentOn } from './queues.ts'

interface Left {
  key: string
  words: string
  drop(): void
}

/**
 * On a page that does not show the document: what its reader wrote in its points and this device alone has, autosave or
 * unsent. It can be copied and downloaded, and stays until the person throws it away.
 */
export function LeftComments({ userId, resourceId }: { userId: string; resourceId: string }) {
  const { t } = useTranslation(['review', 'sync'])
  const [left, setLeft] = useState(() => leftOn(userId, resourceId))
  if (left.length === 0) return null
  const drop = async (one: Left) => {
    const action = t('left.drop')
    if (!(await confirm({ title: action, text: t('sync:recovered.dismissText'), action, final: true })))
      return
    one.drop()
    setLeft((now) => now.filter(({ key }) => key !== one.key))
  }
  return (
    <section className={classes.panel} aria-label={t('left.title')}>
      <p>
        <strong>{t('left.title')}</strong> {t('left.text')}
      </p>
      {left.map((one) => (
        <div key={one.key}>
          <pre className={classes.words}>{one.words}</pre>
          <div className={classes.actions}>
            <Button size="xs" variant="default" onClick={() => void copyText(one.words)}>
              {t('left.copy')}
            </Button>
            <Button size="xs" variant="default" onClick={() => saveAsText(t('left.file'), one.words)}>
              {t('left.download')}
            </Button>
            <Button size="xs" variant="subtle" onClick={() => void drop(one)}>
              {t('left.drop')}
            </Button>
          </div>
        </div>
      ))}
    </section>
  )
}

function leftOn(userId: string, resourceId: string): Left[] {
  const autosaved = autosavedOn(userId, resourceId).map(({ key, words, drop }) => ({
    key,
    words: plainTextOfAutosaved(words),
    drop,
  }))
  const unsent = unsentOn(userId, resourceId).map(({ item: { id, body }, drop }) => ({
    key: id,
    words: body,
    drop,
  }))
  return [...autosaved, ...unsent].filter(({ words }) => words !== '')
}
