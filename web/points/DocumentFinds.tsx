import { useDebouncedValue } from '@mantine/hooks'
import { IconFileText } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Snippet } from '../../shared/search.ts'
import { searchQuery } from './search-query.ts'
import classes from './DocumentFinds.module.css'

/** The documents in which the searched words stand; the points that have them are the list below. */
export function DocumentFinds({ projectId, query }: { projectId: string; query: string }) {
  const { t } = useTranslation('points')
  const [asked] = useDebouncedValue(query, 150)
  const { data } = useQuery(searchQuery(projectId, asked))
  if (!data || data.documents.length === 0) return null
  return (
    <section className={classes.finds} aria-label={t('inDocuments')}>
      {data.documents.map(({ documentId, title, snippet }) => (
        <Link
          key={documentId}
          to="/documents/$documentId"
          params={{ documentId }}
          search={{ find: snippet.match || undefined }}
          className={classes.find}
        >
          <IconFileText size={16} stroke={1.6} aria-hidden />
          <b>{title}</b>
          <Found snippet={snippet} />
        </Link>
      ))}
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
