import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Snippet } from '../../shared/search.ts'
import { linkToResource, resourceKind } from '../ui/kinds/resource-kinds.ts'
import { searchQuery } from './search-query.ts'
import classes from './ResourceFinds.module.css'

/** What has the searched words and can be opened; the points that have them are the list below. */
export function ResourceFinds({ projectId, query }: { projectId: string; query: string }) {
  const { t } = useTranslation('points')
  const [asked] = useDebouncedValue(query, 150)
  const { data } = useQuery(searchQuery(projectId, asked))
  if (!data || data.resources.length === 0) return null
  return (
    <section className={classes.finds} aria-label={t('inDocuments')}>
      {data.resources.map(({ resourceId, kind, title, snippet }) => {
        const link = linkToResource(kind, resourceId, { find: snippet.match || undefined })
        const Icon = resourceKind(kind)?.Icon
        return (
          link &&
          Icon && (
            <Link key={resourceId} {...link} className={classes.find}>
              <Icon size={16} stroke={1.6} aria-hidden />
              <b>{title}</b>
              <Found snippet={snippet} />
            </Link>
          )
        )
      })}
    </section>
  )
}

/** The found words among what stands around them. */
export function Found({ snippet }: { snippet: Snippet }) {
  return (
    <span className={classes.snippet}>
      {snippet.before}
      <mark>{snippet.match}</mark>
      {snippet.after}
    </span>
  )
}
