import sharp from 'sharp'
import { expect } from 'vitest'
import { newId } from '../../../server/db/columns.ts'
import { anchorOf } from '../../../shared/anchors/anchors.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { layOutText } from '../../../shared/document/text-layout.ts'
import type { TrailAction } from '../../../shared/trail.ts'
import { createPerson, openRoom, ownPage, type Person } from '../people.ts'
import { until } from '../until.ts'
import type { Scene } from './trail-scene.ts'

// What people do in a scene, step by step, as the acts of the trail's tests are made of it.

export async function sheetOf(person: Person, documentId: string) {
  const { provider, doc } = openRoom(person, documentId)
  await until('the text', () => layOutText(doc.getXmlFragment(textField)).words().bare.length > 0)
  return { doc, leave: () => provider.destroy() }
}

export async function textAnchor(scene: Scene, documentId: string) {
  const { doc, leave } = await sheetOf(scene.owner, documentId)
  const layout = layOutText(doc.getXmlFragment(textField))
  const words = layout.words()
  const anchor = anchorOf(layout, documentId, { from: words.position(0), to: words.position(3) + 1 })
  leave()
  return anchor
}

export const succeed = async (person: Person, method: string, path: string, body?: unknown) => {
  const reply = await person.ask(method, path, body)
  expect(reply.status, `${method} ${path} ${JSON.stringify(reply.body)}`).toBeLessThan(300)
  return reply.body as never
}

export async function upload(scene: Scene): Promise<void> {
  const colour = { r: 200, g: Math.floor(Math.random() * 256), b: Math.floor(Math.random() * 256) }
  const bytes = await sharp({ create: { width: 9, height: 9, channels: 3, background: colour } })
    .png()
    .toBuffer()
  const reply = await fetch(`${scene.owner.url}${scene.path}/files`, {
    method: 'POST',
    headers: { ...ownPage(scene.owner.url), Cookie: scene.owner.cookie, 'Content-Type': 'image/png' },
    body: new Uint8Array(bytes),
  })
  expect(reply.status).toBe(201)
}

export const invite = (scene: Scene) =>
  scene.owner.post<{ token: string; invite: { id: string } }>(`${scene.path}/invites`, {
    side: 'design',
    role: 'viewer',
  })
export async function invited(scene: Scene): Promise<Person> {
  const { token } = await invite(scene)
  const person = await createPerson(scene.owner.url, 'Wang')
  await person.post('/api/invites/accept', { token })
  return person
}
export const createSpec = async (scene: Scene, title: string) => {
  const order = { kind: 'spec', title, template: 'spec' }
  return (await scene.owner.post<{ id: string }>(`${scene.path}/documents`, order)).id
}
export const keepVersion = async (scene: Scene, documentId: string) => {
  const path = `/api/documents/${documentId}/versions`
  return (await scene.owner.post<{ version: { id: string } }>(path, { name: '送厂' })).version.id
}
export async function answer(scene: Scene, threadId: string): Promise<string> {
  const id = newId()
  await scene.owner.post(`${scene.path}/threads/${threadId}/comments`, { id, body: '2.5 mm' })
  return id
}
export const addWebhook = async (scene: Scene) => {
  const order = { kind: 'json', url: 'http://127.0.0.1:9/news?key=hidden', secret: 'hidden' }
  const made = await scene.owner.post<{ webhook: { id: string } }>(`${scene.path}/webhooks`, order)
  return made.webhook.id
}
export const putForward = async (scene: Scene) => {
  const path = `${scene.path}/revisions`
  return (await scene.owner.post<{ revision: { id: string } }>(path, { description: '' })).revision.id
}
/** The revision that waits to be signed; put forward when there is none. */
export async function openRevision(scene: Scene): Promise<string> {
  const path = `${scene.path}/revisions`
  const { revisions } = await scene.owner.get<{ revisions: { id: string; state: string }[] }>(path)
  return revisions.find(({ state }) => state === 'open')?.id ?? putForward(scene)
}
export const taken = (scene: Scene, action: TrailAction, file: string) => ({
  actions: [action],
  act: () => succeed(scene.maker, 'GET', `${scene.path}/${file}`),
})
