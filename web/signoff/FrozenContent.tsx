import { Tabs } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Thread } from '../../shared/review.ts'
import type { FrozenDocument } from '../../shared/signoff.ts'
import { SideTag } from '../ui/SideTag.tsx'
import classes from './FrozenContent.module.css'
import { FrozenText } from './FrozenText.tsx'

interface FrozenContentProps {
  projectId: string
  documents: FrozenDocument[]
  threads: Thread[]
  /** The points whose quotation the text does not have any more. */
  changedQuotes: string[]
}

/** What a revision froze, to read before signing: each document, and the points. */
export function FrozenContent({ projectId, documents, threads, changedQuotes }: FrozenContentProps) {
  const { t } = useTranslation('signoff')
  return (
    <Tabs defaultValue={documents[0]?.id ?? 'points'} keepMounted={false}>
      <Tabs.List>
        {documents.map((document) => (
          <Tabs.Tab key={document.id} value={document.id}>
            {document.title}
          </Tabs.Tab>
        ))}
        <Tabs.Tab value="points">
          {t('points')} {threads.length}
        </Tabs.Tab>
      </Tabs.List>
      {documents.map((document) => (
        <Tabs.Panel key={document.id} value={document.id} className={classes.sheet}>
          <p className={classes.kind}>{t(`documentKind.${document.kind}`)}</p>
          <FrozenText projectId={projectId} content={document.content} />
        </Tabs.Panel>
      ))}
      <Tabs.Panel value="points" className={classes.sheet}>
        {threads.length === 0 && <p className={classes.kind}>{t('noPoints')}</p>}
        {threads.map((thread) => (
          <article key={thread.id} className={classes.point}>
            <h3>
              #{thread.number} {t(`pointState.${thread.state}`)}
            </h3>
            {thread.anchor.type === 'text' && <blockquote>{thread.anchor.quote}</blockquote>}
            {changedQuotes.includes(thread.id) && <p className={classes.kind}>{t('quoteChanged')}</p>}
            {thread.comments.map((comment) => (
              <div key={comment.id}>
                <strong>{comment.author.name}</strong> <SideTag side={comment.author.side} />
                <p className={classes.said}>{comment.withdrawnAt ? t('withdrawn') : comment.body}</p>
              </div>
            ))}
          </article>
        ))}
      </Tabs.Panel>
    </Tabs>
  )
}
