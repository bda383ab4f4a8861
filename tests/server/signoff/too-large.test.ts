import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { trialTask } from '../../../server/export/typeset.ts'
import { openWorld, type World } from '../access/world.ts'

let world: World
beforeAll(async () => (world = await openWorld({ signedTextCharacters: 1_000 })), 60_000)
afterAll(() => world.close())

test('texts that are too large to be printed are told so before the print begins, with the longest', async () => {
  const [designer] = [await world.person('Lin')]
  const { projectId } = await world.project([designer, 'owner', 'design'])
  const documents = `/api/projects/${projectId}/documents`
  await designer.post(documents, { kind: 'brief', title: 'Short' })
  await designer.post(documents, { kind: 'spec', title: 'Long spec', template: 'spec' })
  const run = vi.spyOn(world.converter, 'run')
  const reply = await designer.post(`/api/projects/${projectId}/revisions`, {})
  const tasks = run.mock.calls.map(([{ name }]) => name)
  run.mockRestore()
  expect([reply.status, reply.body.error]).toMatchObject([
    422,
    { code: 'texts_too_large', params: { limit: 10, title: 'Long spec' } },
  ])
  expect(tasks).not.toContain(trialTask.name)
}, 60_000)
