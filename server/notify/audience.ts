import { sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import type { MailChoice } from '../../shared/notify.ts'
import { users } from '../accounts/tables.ts'
import type { Queries } from '../db/database.ts'
import { members, projects } from '../projects/tables.ts'
import { mailPreferences, webhooks } from './tables.ts'

/** Whom news of a project reach, and how. */
export interface Audience {
  projectName: string
  /** The ids of everybody who is a member. */
  members: string[]
  /** Which mails somebody wishes; `off` also where no address is known. */
  mailOf(userId: string): MailChoice
  /** The project's webhooks, and who set each up. */
  webhooks: { id: string; createdBy: string }[]
}

interface Asked<Beside> {
  /** Who may be told besides the members: by their ids, and as a statement that selects ids. */
  userIds?: readonly (string | null)[]
  among?: SQL
  /** An expression that is read with them, as JSON. */
  beside?: SQL<Beside>
  /** What is done in the same statement: an `insert` or `update` that returns something, which nothing of this sees. */
  doing?: SQLWrapper
}

interface Row<Beside> {
  projectName: string
  people: { id: string; joined: boolean; mail: MailChoice }[]
  webhooks: Audience['webhooks']
  beside: Beside
}

/** Reads whom news of a project may be told to, in one statement. */
export async function readAudience<Beside = null>(
  db: Queries,
  projectId: string,
  { userIds = [], among, beside, doing }: Asked<Beside> = {},
): Promise<Audience & { beside: Beside }> {
  const others = userIds.filter((id) => id !== null)
  const { rows } = await db.execute(sql`
    with ${doing ? sql`done as ${doing},` : sql``} asked as (
      select user_id as id from ${members} where project_id = ${projectId}
      union select unnest(${sql.param(others)}::text[])
      ${among ? sql`union ${among}` : sql``}
    )
    select
      (select name from ${projects} where id = ${projectId}) as "projectName",
      (
        select coalesce(json_agg(json_build_object('id', id, 'createdBy', created_by)), '[]')
        from ${webhooks} where project_id = ${projectId}
      ) as webhooks,
      (
        select coalesce(json_agg(json_build_object(
          'id', ${users.id},
          'joined', ${members.userId} is not null,
          'mail', case when ${users.email} is null then 'off' else coalesce(${mailPreferences.mail}, 'immediate') end
        )), '[]')
        from asked
        join ${users} on ${users.id} = asked.id
        left join ${members} on ${members.projectId} = ${projectId} and ${members.userId} = asked.id
        left join ${mailPreferences} on ${mailPreferences.userId} = asked.id
      ) as people,
      ${beside ?? sql`null`} as beside`)
  const { projectName, people, webhooks: hooks, beside: read } = rows[0] as unknown as Row<Beside>
  const mails = new Map(people.map(({ id, mail }) => [id, mail]))
  return {
    projectName,
    members: people.filter(({ joined }) => joined).map(({ id }) => id),
    mailOf: (userId) => mails.get(userId) ?? 'off',
    webhooks: hooks,
    beside: read,
  }
}
