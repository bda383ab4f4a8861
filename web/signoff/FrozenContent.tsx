import { Tabs } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Thread } from '../../shared/review.ts'
import { textsOf, type FrozenDocument, type FrozenResource } from '../../shared/signoff.ts'
import classes from './FrozenContent.module.css'
import { FrozenThread } from './FrozenThread.tsx'
import { FrozenText } from './FrozenText.tsx'

interface FrozenContentProps {
  projectId: string
  documents: FrozenDocument[]
  /** What is no document. */
  resources: FrozenResource[]
  threads: Thread[]
  /** The points whose quotation the text does not have any more. */
  changedQuotes: string[]
}

/** What a revision froze, to read before signing: each text, and the points. */
export function FrozenContent(props: FrozenContentProps) {
  const { projectId, documents, resources, threads, changedQuotes } = props
  const { t } = useTranslation('signoff')
  const texts = textsOf({ documents, resources })
  const titles = new Map(texts.map(({ id, title }) => [id, title]))
  return (
    <Tabs defaultValue={texts[0]?.id ?? 'points'} keepMounted={false}>
      <Tabs.List>
        {texts.map(({ id, title }) => (
          <Tabs.Tab key={id} value={id}>
            {title}
          </Tabs.Tab>
        ))}
        <Tabs.Tab value="points">
          {t('points')} {threads.length}
        </Tabs.Tab>
      </Tabs.List>
      {texts.map(({ id, kind, content }) => (
        <Tabs.Panel key={id} value={id} className={classes.sheet}>
          <p className={classes.kind}>{t(`documentKind.${kind}`, { defaultValue: '' })}</p>
          <FrozenText projectId={projectId} content={content} />
        </Tabs.Panel>
      ))}
      <Tabs.Panel value="points" className={classes.sheet}>
        {threads.length === 0 && <p className={classes.kind}>{t('noPoints')}</p>}
        {threads.map((thread) => (
          <FrozenThread
            key={thread.id}
            thread={thread}
            titles={titles}
            isQuoteChanged={changedQuotes.includes(thread.id)}
          />
        ))}
      </Tabs.Panel>
    </Tabs>
  )
}
