import type { Finds, PointFind } from '../../shared/search.ts'
import type { Database } from '../db/database.ts'
import { patternsOf, snippetOf, termsOf, wantedIn } from './terms.ts'

/** Shown of each kind; who wants more adds a word. */
const mostThreads = 50
const mostResources = 20

/**
 * Looks for words in the words and titles of resources, in what was said in points and in the passages they were
 * raised on. Withdrawn words and others' drafts are not found. `#12` finds the point of that number.
 */
export async function findInProject(
  database: Database,
  { projectId, userId, query }: { projectId: string; userId: string; query: string },
): Promise<Finds> {
  const terms = termsOf(query)
  const wanted = wantedIn(query, terms)
  const { exact, folded } = patternsOf(terms)
  const number = /^#(\d{1,9})$/.exec(query.trim())?.[1] ?? null
  const [found, threads] = await Promise.all([
    database.$client.query<{ id: string; kind: string; title: string; text: string }>({
      name: 'search-resources',
      text: resourceStatement,
      values: [projectId, exact, folded, mostResources, wanted],
    }),
    database.$client.query<ThreadRow>({
      name: 'search-points',
      text: threadStatement,
      values: [projectId, exact, folded, userId, number, mostThreads + 1],
    }),
  ])
  return {
    resources: found.rows.map(({ id, kind, title, text }) => ({
      resourceId: id,
      kind,
      title,
      snippet: snippetOf(text, wanted),
    })),
    points: threads.rows.slice(0, mostThreads).map(({ id, resource_id, resource_kind, text, ...row }) => ({
      ...row,
      threadId: id,
      resourceId: resource_id,
      resourceKind: resource_kind,
      snippet: snippetOf(text, wanted),
    })),
    more: threads.rows.length > mostThreads,
  }
}

interface ThreadRow extends Pick<PointFind, 'number' | 'severity' | 'state'> {
  id: string
  resource_id: string | null
  resource_kind: string | null
  text: string
}

/**
 * A text may have 30 MB: of each the database gives what is around the first place of the first term that it has, as it
 * stands; where its places are others than those of the text in one width, from the latter.
 */
const resourceStatement = `
  with found as (
  select resource.id, resource.kind, resource.title, resource.created_at
  from resources resource
  join resource_texts kept on kept.resource_id = resource.id
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
  join resource_texts kept on kept.resource_id = found.id
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
const threadStatement = `
  with found as (
    select thread.id, thread.number, thread.resource_id, thread.severity, thread.state, thread.anchor,
      thread.created_at, said.id as comment_id
    from threads thread
    left join lateral (
      select comment.id from comments comment
      where comment.thread_id = thread.id
        and comment.withdrawn_at is null and (not comment.draft or comment.author_id = $4)
        and ((comment.body like all($2::text[]) and comment.body ilike all($3::text[]))
          or (comment.folded like all($2::text[]) and comment.folded ilike all($3::text[])))
      order by comment.position, comment.created_at, comment.id
      limit 1
    ) said on true
    where thread.project_id = $1 and (not thread.draft or thread.author_id = $4)
      and (said.id is not null
        or (coalesce(thread.quote_folded, thread.anchor ->> 'quote') like all($2::text[])
          and coalesce(thread.quote_folded, thread.anchor ->> 'quote') ilike all($3::text[]))
        or thread.number = $5::integer)
    order by thread.number desc nulls last, thread.created_at
    limit $6
  )
  select found.id, coalesce(found.number, 0) as number, found.resource_id, resource.kind as resource_kind, found.severity, found.state,
    coalesce(comment.body, found.anchor ->> 'quote', '') as text
  from found
  left join resources resource on resource.id = found.resource_id
  left join comments comment on comment.id = found.comment_id
  order by found.number desc nulls last, found.created_at`
