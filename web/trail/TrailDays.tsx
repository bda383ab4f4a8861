import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { TrailEntry } from '../../shared/trail.ts'
import { useFormats } from '../ui/language/formats.ts'
import { PersonMark } from '../ui/people/PersonMark.tsx'
import { Row, Rows } from '../ui/layout/Rows.tsx'
import { SideTag } from '../ui/people/SideTag.tsx'
import { factsOf, placeOf, sentenceOf, type Resources } from './sentence.ts'
import classes from './TrailDays.module.css'

interface TrailDaysProps {
  entries: TrailEntry[]
  resources: Resources
  /** Loads earlier entries; without it the trail's beginning is shown. */
  onMore?: () => void
  loading: boolean
}

/** What was done, the newest first, day by day in the reader's zone. */
export function TrailDays({ entries, resources, onMore, loading }: TrailDaysProps) {
  const { t } = useTranslation('trail')
  const formats = useFormats()
  const days = new Map<string, TrailEntry[]>()
  for (const entry of entries) {
    const day = formats.day(entry.at)
    days.set(day, [...(days.get(day) ?? []), entry])
  }
  return (
    <>
      {[...days].map(([day, done]) => (
        <section key={day} className={classes.day}>
          <h2>
            <time dateTime={done[0]!.at}>{day}</time>
          </h2>
          <Rows label={day}>
            {done.map((entry) => (
              <TrailLine key={entry.seq} entry={entry} resources={resources} />
            ))}
          </Rows>
        </section>
      ))}
      {onMore ? (
        <Button variant="default" fullWidth loading={loading} onClick={onMore}>
          {t('more')}
        </Button>
      ) : (
        <p className={classes.begin}>{t('begin')}</p>
      )}
    </>
  )
}

/** One act: when, who, what, and what is known of it besides. */
function TrailLine({ entry, resources }: { entry: TrailEntry; resources: Resources }) {
  const { t } = useTranslation(['trail', 'review', 'ui', 'export', 'signoff'])
  const formats = useFormats()
  const { at, seq, actor, hash } = entry
  const { side } = actor
  const place = placeOf(entry, resources)
  const sentence = sentenceOf(entry, t)
  const facts = factsOf(entry, resources, t, formats.date)
  return (
    <Row
      start={
        <>
          <time className={classes.time} dateTime={at} title={formats.moment(at)}>
            {formats.time(at)}
          </time>
          {side && <PersonMark person={{ ...actor, side }} size={28} />}
        </>
      }
      end={
        <span className={classes.seq} title={hash} aria-label={t('entry', { number: seq })}>
          {formats.number(seq)}
        </span>
      }
    >
      {place ? (
        <Link {...place} data-whole-row>
          {sentence}
        </Link>
      ) : (
        <span>{sentence}</span>
      )}
      <div className={classes.facts}>
        {side && <SideTag side={side} />}
        {actor.token !== undefined && <span>{t('byToken')}</span>}
        {facts.map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </div>
    </Row>
  )
}
