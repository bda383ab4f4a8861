import { expect, test } from 'vitest'
import { createUploads } from '../../server/files/uploads.ts'
import { defaultLimits } from '../../shared/limits.ts'

test('a few headers that announce much hold nothing of what others may send', () => {
  const limits = { uploadsPerNetwork: 50, stagedBytesPerNetwork: 40_000_000, stagedBytesPerPerson: 1e9 }
  const uploads = createUploads({ ...defaultLimits, ...limits })
  const from = { network: 'one', projectId: 'p', held: 0, free: 1e12 }
  // ten megabytes in all, and a quarter of a gigabyte announced
  const begun = Array.from({ length: 10 }, (_, at) =>
    uploads.begin({ ...from, userId: `u${at}`, announced: 25_000_000 }),
  )
  expect(uploads.underWay()).toEqual({ files: 10, bytes: 10 * 1_048_576 })
  const other = uploads.begin({ ...from, userId: 'li', announced: 15_000_000 })
  other.grow(15_000_000)
  // what comes is booked all the same, and no more of it than the share
  expect(() => begun.forEach((one) => one.grow(3_000_000))).toThrow('too_many_uploads')
  expect(uploads.underWay().bytes).toBeLessThanOrEqual(40_000_000)
})

test('half of the places and of the bytes is for networks that send nothing else', () => {
  const uploads = createUploads({ ...defaultLimits, uploadsAtOnce: 8, stagedBytes: 8_000_000 })
  const begin = (network: string, announced = 1_000_000) =>
    uploads.begin({ network, userId: network, projectId: network, announced, held: 0, free: 1e12 })
  for (const network of ['a', 'a', 'b', 'b']) begin(network)
  expect(() => begin('a')).toThrow('too_many_uploads')
  expect(() => begin('b')).toThrow('too_many_uploads')
  const fresh = begin('c', 3_000_000)
  fresh.grow(3_000_000)
  expect(() => begin('c')).toThrow('too_many_uploads')
  begin('d')
})
