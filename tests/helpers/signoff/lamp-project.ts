import { prosemirrorJSONToYDoc } from '@tiptap/y-tiptap'
import { sql } from 'drizzle-orm'
import { expect } from 'vitest'
import * as Y from 'yjs'
import { hashPassword } from '../../../server/accounts/passwords.ts'
import { users } from '../../../server/accounts/tables.ts'
import { documentUpdates } from '../../../server/history/tables.ts'
import { schema } from '../../../shared/document/schema.ts'
import { textField } from '../../../shared/document/text-field.ts'
import type { RevisionSummary } from '../../../shared/signoff.ts'
import type { World } from '../access/world.ts'
import { writable, picture } from './lamp-revision.ts'

export const password = 'a lamp that is repaired'

let passwordHash: Promise<string> | undefined

type Person = Awaited<ReturnType<World['person']>>

/** Somebody who can sign: with a firm and a password. */
export async function signer(world: World, name: string): Promise<Person> {
  passwordHash ??= hashPassword(password)
  const made = await world.person(name)
  await world.database
    .update(users)
    .set({ passwordHash: await passwordHash, firm: `${name}'s firm` })
    .where(sql`id = ${made.id}`)
  return made
}

/** A project of a designer who owns it and a maker who reviews, with the whole schema as its document. */
export async function lampProject(world: World) {
  const designer = await signer(world, 'Lin')
  const maker = await signer(world, 'Zhou')
  const { projectId, documentId } = await world.project(
    [designer, 'owner', 'design'],
    [maker, 'reviewer', 'manufacture'],
  )
  const path = `/api/projects/${projectId}`
  await designer.ask('POST', `${path}/files`, { body: picture, headers: { 'content-type': 'image/png' } })
  const update = Y.encodeStateAsUpdate(prosemirrorJSONToYDoc(schema, writable, textField))
  await world.database
    .insert(documentUpdates)
    .values({ documentId, seq: 2, userId: designer.id, update: Buffer.from(update) })
  const put = async (description = ''): Promise<RevisionSummary> => {
    const reply = await designer.post(`${path}/revisions`, { description })
    expect(reply.status, JSON.stringify(reply.body)).toBe(201)
    return reply.body.revision
  }
  const sign = (who: Person, revision: Pick<RevisionSummary, 'id'>, given: object = {}) =>
    who.post(`${path}/revisions/${revision.id}/signatures`, { password, ...given })
  return { designer, maker, projectId, documentId, path, put, sign }
}
