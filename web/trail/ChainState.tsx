import { Button } from '@mantine/core'
import { IconAlertTriangle, IconDownload, IconLink, IconRefresh } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { TrailHead } from '../../shared/trail.ts'
import { useErrorText } from '../ui/feedback/error-text.ts'
import { checkQuery, downloadAddress } from './queries.ts'
import classes from './ChainState.module.css'

const icon = { size: 18, stroke: 1.6, 'aria-hidden': true }

/** Whether the chain holds, the hash at its end, and the whole of it to take away. */
export function ChainState({ projectId, head }: { projectId: string; head: TrailHead }) {
  const { t } = useTranslation('trail')
  const check = useQuery(checkQuery(projectId))
  return (
    <div className={classes.box}>
      <div className={classes.words} role="status">
        <Verdict {...check} />
      </div>
      <div className={classes.actions}>
        <Button
          variant="subtle"
          size="xs"
          leftSection={<IconRefresh {...icon} />}
          loading={check.isFetching}
          onClick={() => void check.refetch()}
        >
          {t('checkAgain')}
        </Button>
        <Button
          component="a"
          variant="default"
          size="xs"
          href={downloadAddress(projectId)}
          download
          leftSection={<IconDownload {...icon} />}
        >
          {t('download')}
        </Button>
      </div>
      <dl className={classes.head}>
        <dt>{t('head')}</dt>
        <dd>
          <code>{head.hash}</code>
        </dd>
      </dl>
    </div>
  )
}

function Verdict({ data, error }: { data?: { head: TrailHead; brokenAt: number | null }; error: unknown }) {
  const { t } = useTranslation('trail')
  const errorText = useErrorText()
  if (error) return <strong>{errorText(error)}</strong>
  if (!data) return <span>{t('checking')}</span>
  if (data.brokenAt === null) {
    return (
      <strong className={classes.whole}>
        <IconLink {...icon} />
        {t('whole', { count: data.head.entries })}
      </strong>
    )
  }
  return (
    <>
      <strong className={classes.broken}>
        <IconAlertTriangle {...icon} />
        {t('broken', { number: data.brokenAt })}
      </strong>
      <span>{t('brokenText')}</span>
    </>
  )
}
