import sharp from 'sharp'
import { ownPage } from '../people.ts'
import type { inProject } from './acts.ts'
import type { Ids, Place } from './acts-place.ts'

const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: '#b26a00' } })
  .png()
  .toBuffer()
  .then((bytes) => new Uint8Array(bytes))

/** Does one act of the table as the place's actor, with what it needs; `ok`, or the code of the refusal. */
export async function answerTo(
  place: Place,
  route: string,
  [, , making = {}]: (typeof inProject)[string][number],
  begin: () => void = () => {},
): Promise<string> {
  const ids = (await making.has?.(place)) ?? {}
  const { sends } = making
  const body = typeof sends === 'function' ? await sends(place, ids) : sends
  const [method, path] = route.split(' ') as [string, string]
  const known: Ids = {
    projectId: place.projectId,
    documentId: place.documentId,
    resourceId: place.documentId,
    ...ids,
  }
  const address = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => known[name]!)
  const isPicture = body instanceof Uint8Array
  const { url } = place.server
  const given = isPicture ? await picture : body && JSON.stringify(body)
  begin()
  const reply = await fetch(`${url}${address}${path === '/unsubscribe' ? `?token=${ids.token}` : ''}`, {
    method,
    headers: {
      ...ownPage(url),
      Cookie: place.cookie,
      ...(given && { 'Content-Type': isPicture ? 'image/png' : 'application/json' }),
    },
    ...(given && { body: given }),
  })
  if (reply.ok) return 'ok'
  return ((await reply.json()) as { error: { code: string } }).error.code
}
