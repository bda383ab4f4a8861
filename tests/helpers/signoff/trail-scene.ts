import { newId } from '../../../server/db/columns.ts'
import type { RunningServer } from '../../../server/open-server.ts'
import type { TrailCheck, TrailEntry, TrailHead } from '../../../shared/trail.ts'
import { createDocument, createPerson, join, type Person } from '../people.ts'

/** A project of a designer who owns it and a maker who reviews, with one document. */
export async function openScene(server: RunningServer) {
  const owner = await createPerson(server.url, 'Lin Yue')
  const maker = await createPerson(server.url, '周铸', 'zh-CN')
  const spec = { kind: 'spec', title: 'Lamp', template: 'spec' } as const
  const { projectId, documentId } = await createDocument(owner, spec)
  await join(owner, maker, projectId, 'manufacture', 'reviewer')
  const path = `/api/projects/${projectId}`
  return {
    owner,
    maker,
    projectId,
    documentId,
    path,
    trail: () => readTrail(owner, projectId),
    check: () => owner.get<TrailCheck>(`${path}/trail/check`),
    /** What `act` wrote into the trail, the first first. */
    async written(act: () => Promise<unknown>): Promise<TrailEntry[]> {
      const before = (await readTrail(owner, projectId)).length
      await act()
      return (await readTrail(owner, projectId)).slice(before)
    },
    async raise(by: Person, more: object = {}): Promise<{ id: string; number: number; commentId: string }> {
      const sent = { id: newId(), commentId: newId(), anchor: { type: 'project' }, body: '壁厚?', ...more }
      const { thread } = await by.post<{ thread: { number: number } }>(`${path}/threads`, sent)
      return { id: sent.id, number: thread.number, commentId: sent.commentId }
    },
  }
}
export type Scene = Awaited<ReturnType<typeof openScene>>

/** The whole trail, the first entry first, page by page. */
export async function readTrail(reader: Person, projectId: string, limit = 50): Promise<TrailEntry[]> {
  const entries: TrailEntry[] = []
  for (let before = ''; ;) {
    const address = `/api/projects/${projectId}/trail?limit=${limit}${before && `&before=${before}`}`
    const page = await reader.get<{ entries: TrailEntry[]; head: TrailHead }>(address)
    entries.push(...page.entries)
    const last = page.entries.at(-1)
    if (!last || last.seq === 1) return entries.toReversed()
    before = String(last.seq)
  }
}
