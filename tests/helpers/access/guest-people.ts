import * as Y from 'yjs'
import { anchorOf, type TextAnchor } from '../../../shared/anchors/anchors.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { layOutText } from '../../../shared/document/text-layout.ts'
import type { GuestLink } from '../../../shared/guests.ts'
import type { RunningServer } from '../../../server/open-server.ts'
import { ownPage, personWith, type Person } from '../people.ts'

/** An owner's link into these documents. */
export const makeLink = (
  owner: Person,
  projectId: string,
  resourceIds: string[],
  more: { role?: string; code?: string; days?: number; side?: 'design' | 'manufacture' } = {},
): Promise<{ link: GuestLink; token: string }> =>
  owner.post(`/api/projects/${projectId}/guest-links`, {
    label: '王师傅（模具厂）',
    side: 'manufacture',
    role: 'reviewer',
    days: 7,
    resourceIds,
    ...more,
  })

/** Opens a link in a browser that has `cookie`; `guest` is who came in, null when the door stayed closed. */
export async function enter(
  url: string,
  given: { token: string; name?: string; code?: string },
  cookie = '',
): Promise<{ status: number; code: string | null; guest: Person | null }> {
  const reply = await fetch(`${url}/api/guests/enter`, {
    method: 'POST',
    headers: { ...ownPage(url), 'Content-Type': 'application/json', Cookie: cookie },
    body: JSON.stringify(given),
  })
  const body = (await reply.json()) as { error?: { code: string } }
  const set = reply.headers
    .getSetCookie()
    .findLast((one) => one.startsWith('session='))
    ?.split(';', 1)[0]
  if (!reply.ok) return { status: reply.status, code: body.error!.code, guest: null }
  const session = set ?? cookie
  const me = await fetch(`${url}/api/accounts/me`, { headers: { Cookie: session } })
  const { user } = (await me.json()) as { user: Person['user'] }
  return { status: reply.status, code: null, guest: personWith(url, session, user) }
}

/** The first words of a document, as a place to point at. */
export async function startOf({ rooms }: RunningServer, documentId: string): Promise<TextAnchor> {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, await rooms.read(documentId))
  const layout = layOutText(doc.getXmlFragment(textField))
  // an editor's empty paragraphs may stand before them
  const { at } = layout.runs[0]!
  return anchorOf(layout, documentId, { from: at, to: at + 7 })!
}
