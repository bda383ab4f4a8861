import { Tabs } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Thread } from '../../shared/review.ts'
import { textsOf, type FrozenDocument, type FrozenResource } from '../../shared/signoff.ts'
import { withBreaks } from '../ui/text/broken-runs.ts'
import { SideTag } from '../ui/people/SideTag.tsx'
import classes from './FrozenContent.module.css'
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
          <article key={thread.id} className={classes.point}>
            <h3>
              #{thread.number} {t(`pointState.${thread.state}`)}
            </h3>
            {(thread.anchor.type === 'text' || thread.anchor.type === 'place') && (
              <blockquote>{withBreaks(thread.anchor.quote)}</blockquote>
            )}
            {changedQuotes.includes(thread.id) && <p className={classes.kind}>{t('quoteChanged')}</p>}
            {thread.comments.map((comment) => (
              <div key={comment.id}>
                <strong>{comment.author.name}</strong> <SideTag side={comment.author.side} />
                <p className={classes.said}>
                  {comment.withdrawnAt ? t('withdrawn') : withBreaks(comment.body)}
                </p>
              </div>
            ))}
          </article>
        ))}
      </Tabs.Panel>
    </Tabs>
  )
}
