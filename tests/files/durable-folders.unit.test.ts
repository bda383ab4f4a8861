import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { openFileStore } from '../../server/files/folder-store.ts'
import { openSigningKey } from '../../server/signoff/signing-key.ts'

/** What was opened and synced, in order: a folder's own name, so that what lies in it outlives a power failure. */
const seen = vi.hoisted(() => ({ synced: [] as string[] }))
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  const open: typeof real.open = async (path, ...more) => {
    const handle = await real.open(path, ...more)
    const sync = handle.sync.bind(handle)
    handle.sync = () => (seen.synced.push(String(path)), sync())
    return handle
  }
  return { ...real, open }
})

let root: string
beforeAll(async () => (root = await mkdtemp(join(tmpdir(), 'countersign-durable-'))))
beforeEach(() => (seen.synced = []))
afterAll(() => rm(root, { recursive: true, force: true }))
const synced = () => seen.synced.map((path) => relative(root, path))

test('R15: each folder that a kept file lies in is durable, up to the one that was there', async () => {
  const store = await openFileStore(join(root, 'data', 'files'))
  expect(synced()).toEqual(expect.arrayContaining(['', 'data', 'data/files']))
  const keep = async (text: string) => {
    const staged = await store.stage(new Blob([text]).stream(), 100)
    seen.synced = []
    await staged.keep()
    return staged.sha256
  }
  const sha256 = await keep('a lamp')
  const [outer, inner] = [sha256.slice(0, 2), sha256.slice(2, 4)]
  expect(synced()).toEqual([`data/files/${outer}`, 'data/files', `data/files/${outer}/${inner}`])
  await keep('a lamp')
  expect(synced()).toEqual([`data/files/${outer}/${inner}`])
  // what another process made, or this one before it ended
  const again = await openFileStore(join(root, 'data', 'files'))
  const staged = await again.stage(new Blob(['a lamp']).stream(), 100)
  seen.synced = []
  await staged.keep()
  expect(synced()).toContain('data/files')
})

test('R15: so are the folders of a signing key', async () => {
  await openSigningKey(join(root, 'fresh'))
  expect(synced()).toEqual(expect.arrayContaining(['', 'fresh']))
})
