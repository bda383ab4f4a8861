import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { asOwner } from '../db/database.ts'
import { appRole } from '../../../server/db/roles.ts'
import type { Database, Queries } from '../../../server/db/database.ts'
import { frozenContent } from '../../../server/resources/frozen-content.ts'
import { describing, wordsOf, type ResourceKind } from '../../../server/resources/kinds.ts'
import { resources } from '../../../server/resources/tables.ts'
import { placeAnchor } from '../../../shared/review.ts'
import { projectPresence } from '../../../shared/wire/presence.ts'

/** A small kind of resource, whole: a few lines of text, of which a point points at one. Nothing of the product knows it. */

interface Note {
  lines: string[]
  changes: number
}

const readNote = async (db: Queries, id: string): Promise<Note> => {
  const { rows } = await (db as Database).execute<{ lines: string[]; changes: string }>(
    sql`select lines, changes from notes where id = ${id}`,
  )
  return { lines: rows[0]!.lines, changes: Number(rows[0]!.changes) }
}

/** The table that only this kind has. */
export async function createNotes(database: Database): Promise<void> {
  await asOwner(database).execute(
    sql.raw(`create table notes (
      id text primary key references resources on delete cascade,
      lines text[] not null,
      changes bigint not null default 1
    );
    grant select, insert, update, delete on notes to ${appRole}`),
  )
}

/** A note of a project; returns its id. */
export async function createNote(
  database: Database,
  given: { projectId: string; createdBy: string; title: string; lines: string[] },
  kind = noteKind.name,
): Promise<string> {
  const { lines, ...row } = given
  const [made] = await database
    .insert(resources)
    .values({ kind, ...row })
    .returning()
  await database.execute(sql`insert into notes (id, lines) values (${made!.id}, ${sql.param(lines)})`)
  return made!.id
}

export const writeNote = (database: Database, id: string, lines: string[]) =>
  database.execute(sql`update notes set lines = ${sql.param(lines)}, changes = changes + 1 where id = ${id}`)

/** The line of a note, from 1, as a place to point at. */
export const lineOf = (resourceId: string, line: number) => ({
  type: 'place' as const,
  kind: 'note',
  resourceId,
  place: { line },
  quote: 'what the browser says of it, which nobody believes',
})

const lineAnchor = placeAnchor.extend({ place: z.strictObject({ line: z.number().int().min(1) }) })

const wordsAt = (line: number, { lines }: Note): string | null => {
  const words = lines[line - 1]
  return words === undefined ? null : `Line ${line}: ${words}`
}

export const noteKind: ResourceKind = {
  name: 'note',
  room: { writeText: null, presence: projectPresence },
  page: (id) => `/notes/${id}`,
  describeAnchor: describing(lineAnchor, async ({ database }, { resourceId, place }) =>
    wordsAt(place.line, await readNote(database, resourceId)),
  ),
  search: {
    async heads(database, projectId) {
      const { rows } = await database.execute<{ id: string; seq: string }>(sql`
        select note.id, note.changes as seq from notes note
        join resources resource on resource.id = note.id
        where resource.project_id = ${projectId} and resource.removed_at is null`)
      return rows.map(({ id, seq }) => ({ id, seq: Number(seq) }))
    },
    words: async ({ database }, id) => wordsOf((await readNote(database, id)).lines.join('\n')),
  },
  async freeze(tx, id) {
    const note = await readNote(tx, id)
    const paragraphs = note.lines.map((text) => ({ type: 'paragraph', content: [{ type: 'text', text }] }))
    return async (_deps, threads) =>
      frozenContent(
        { type: 'doc', content: paragraphs },
        {
          facts: { changes: note.changes },
          changedQuotes: threads
            .filter(({ anchor }) => {
              const { data } = lineAnchor.safeParse(anchor)
              return !data || wordsAt(data.place.line, note) !== data.quote
            })
            .map((thread) => thread.id),
        },
      )
  },
}
