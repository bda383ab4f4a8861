import { afterEach, beforeEach, expect, test, vi } from 'vitest'

/** The browser's records by database; `read` names those whose bytes were read. */
const device = vi.hoisted(() => ({ databases: new Map<string, Map<string, object>>(), read: [] as string[] }))
vi.mock('../../web/sync/unsent/device-records.ts', () => ({
  deviceRecords: (database: string) => {
    const records = new Map<string, { id: string; bytes?: ArrayBuffer }>()
    device.databases.set(database, records)
    const read = (record: { id: string; bytes?: ArrayBuffer } | undefined) => {
      if (record?.bytes) device.read.push(record.id)
      return record
    }
    return {
      put: async (record: { id: string }) => records.set(record.id, record) !== undefined,
      get: async (id: string) => read(records.get(id)),
      all: async () => [...records.values()].map(read),
      ids: async () => [...records.keys()],
      delete: async (id: string) => void records.delete(id),
    }
  },
}))

const day = 86_400_000
const open = async () => {
  vi.resetModules()
  return import('../../web/review/pictures/waiting-pictures.ts')
}
const picture = () => new File([new Uint8Array(8)], 'lamp.png', { type: 'image/png' })
const ids = () => [...device.databases.get('countersign:waiting-pictures')!.keys()]

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => {
  vi.useRealTimers()
  device.read.length = 0
})

test('V23: pictures that nothing shows are let go after a week, and none is read for that', async () => {
  const { keepPicture, forgetPictures } = await open()
  await keepPicture('li/lamp', 'forgotten', picture())
  await keepPicture('li/lamp', 'shown', picture())
  await keepPicture('li/chair', 'of another project', picture())
  vi.setSystemTime(Date.now() + 8 * day)
  await keepPicture('li/lamp', 'new', picture())
  await forgetPictures('li/lamp', ['waiting-shown'])
  expect(ids()).toEqual(['waiting-shown', 'waiting-of another project', 'waiting-new'])
  expect(device.read).toEqual([])
})

test('V23: those that a former version kept are read once, and let go as well', async () => {
  const { forgetPictures } = await open()
  const kept = device.databases.get('countersign:waiting-pictures')!
  const at = Date.now() - 8 * day
  for (const id of ['waiting-a', 'waiting-b']) {
    kept.set(id, { id, folder: 'li/lamp', name: 'a', type: 'image/png', bytes: new ArrayBuffer(8), at })
  }
  await forgetPictures('li/lamp', ['waiting-b'])
  expect(ids()).toEqual(['waiting-b'])
  expect(device.read).toEqual(['waiting-a', 'waiting-b'])
  // each look at what waits asks for it
  await forgetPictures('li/lamp', ['waiting-b'])
  await forgetPictures('li/chair', [])
  expect(device.read).toEqual(['waiting-a', 'waiting-b'])
})
