import type { DocumentFind, Finds, PointFind } from '../../shared/search.ts'
import type { Database } from '../db/database.ts'
import { patternsOf, snippetOf, termsOf } from './terms.ts'

/** Shown of each kind; who wants more adds a word. */
const mostPoints = 50
const mostDocuments = 20

/**
 * Looks for words in the documents' texts and titles, in what was said in points and in the passages they were
 * raised on. Withdrawn words and others' drafts are not found. `#12` finds the point of that number.
 */
export async function findInProject(
  database: Database,
  { projectId, userId, query }: { projectId: string; userId: string; query: string },
): Promise<Finds> {
  const terms = termsOf(query)
  const { exact, folded } = patternsOf(terms)
  const number = /^#(\d{1,9})$/.exec(query.trim())?.[1] ?? null
  const [documents, points] = await Promise.all([
    database.$client.query<{ id: string; kind: DocumentFind['kind']; title: string; text: string }>({
      name: 'search-documents',
      text: documentStatement,
      values: [projectId, exact, folded, mostDocuments, terms],
    }),
    database.$client.query<PointRow>({
      name: 'search-points',
      text: pointStatement,
      values: [projectId, exact, folded, userId, number, mostPoints + 1],
    }),
  ])
  return {
    documents: documents.rows.map(({ id, kind, title, text }) => ({
      documentId: id,
      kind,
      title,
      snippet: snippetOf(text, terms),
    })),
    points: points.rows.slice(0, mostPoints).map(({ id, resource_id, text, ...row }) => ({
      ...row,
      threadId: id,
      resourceId: resource_id,
      snippet: snippetOf(text, terms),
    })),
    more: points.rows.length > mostPoints,
  }
}

interface PointRow extends Pick<PointFind, 'number' | 'severity' | 'state'> {
  id: string
  resource_id: string | null
  text: string
}

/**
 * A text may have 30 MB: of each the database gives what is around the first place of the first term that it has, as it
 * stands; where its places are others than those of the text in one width, from the latter.
 */
const documentStatement = `
  with found as (
  select document.id, document.kind, resource.title, resource.created_at
  from documents document
  join resources resource on resource.id = document.id
  join document_texts kept on kept.document_id = document.id
  where resource.project_id = $1 and resource.removed_at is null
    and ((coalesce(kept.folded, kept.text) like all($2::text[])
        and coalesce(kept.folded, kept.text) ilike all($3::text[]))
      or (normalize(resource.title, NFKC) like all($2::text[])
        and normalize(resource.title, NFKC) ilike all($3::text[])))
  order by resource.created_at
  limit $4
  )
  select found.id, found.kind, found.title, substr(
    case when char_length(kept.folded) <> char_length(kept.text) then kept.folded else kept.text end,
    cut.from_character, 480) as text
  from found
  join document_texts kept on kept.document_id = found.id
  cross join lateral (select lower(coalesce(kept.folded, kept.text)) as folded offset 0) lowered
  cross join lateral (
    select greatest(1, coalesce((
      select strpos(lowered.folded, term) from unnest($5::text[]) with ordinality as wanted(term, place)
      where strpos(lowered.folded, term) > 0 order by place limit 1
    ), 1) - 100) as from_character
  ) cut
  order by found.created_at`

/**
 * `folded` and `quote_folded` are the words in one width, kept by the database where they differ; each is asked by
 * itself, since of an expression the planner does not know how many rows have a word. A thread is found by the first of
 * its comments that has the words, else by its passage, else by its number. Each thread is looked at once, the latest
 * first, and its own comments by their index: of a project that was just written the planner takes a few rows for all,
 * and a join that it may choose freely would compare each comment with each point.
 */
const pointStatement = `
  with found as (
    select thread.id, thread.number, thread.resource_id, thread.severity, thread.state, thread.anchor, said.position
    from threads thread
    left join lateral (
      select comment.position from comments comment
      where comment.thread_id = thread.id
        and comment.withdrawn_at is null and (not comment.draft or comment.author_id = $4)
        and ((comment.body like all($2::text[]) and comment.body ilike all($3::text[]))
          or (comment.folded like all($2::text[]) and comment.folded ilike all($3::text[])))
      order by comment.position
      limit 1
    ) said on true
    where thread.project_id = $1 and (not thread.draft or thread.author_id = $4)
      and (said.position is not null
        or (coalesce(thread.quote_folded, thread.anchor ->> 'quote') like all($2::text[])
          and coalesce(thread.quote_folded, thread.anchor ->> 'quote') ilike all($3::text[]))
        or thread.number = $5::integer)
    order by thread.number desc
    limit $6
  )
  select found.id, found.number, found.resource_id, found.severity, found.state,
    coalesce(comment.body, found.anchor ->> 'quote', '') as text
  from found
  left join comments comment on comment.thread_id = found.id and comment.position = found.position
  order by found.number desc`
