import { expect, test } from 'vitest'
import type { TrailEntry } from '../../shared/trail.ts'
import { restoringIn } from '../../web/history/last-restoring.ts'

let seq = 100
const entry = (action: TrailEntry['action'], userId: string, documentId: string, number: number) =>
  ({
    seq: seq--,
    action,
    actor: { userId, name: userId, side: 'design' },
    subject: {
      document: { id: documentId },
      version: { id: `v${number}`, number, name: `version ${number}` },
    },
  }) as TrailEntry

test('of the latest entries, the newest restoring of a document is told with the version that its act kept', () => {
  const entries = [
    entry('version.restored', 'li', 'other', 9),
    entry('version.kept', 'li', 'other', 12),
    entry('version.kept', 'bo', 'lamp', 8),
    entry('version.restored', 'anna', 'lamp', 2),
    entry('version.kept', 'bo', 'lamp', 7),
    entry('version.kept', 'anna', 'lamp', 6),
    entry('version.restored', 'anna', 'lamp', 1),
    entry('version.kept', 'anna', 'lamp', 5),
  ]
  expect(restoringIn(entries, 'lamp')).toEqual({
    by: { userId: 'anna', name: 'anna', side: 'design' },
    version: { id: 'v2', number: 2, name: 'version 2' },
    kept: { id: 'v6', number: 6, name: 'version 6' },
  })
})

test('nothing is told of a document that nobody restored, nor where the entries do not reach back to what was kept', () => {
  expect(restoringIn([entry('version.kept', 'anna', 'lamp', 1)], 'lamp')).toBeNull()
  expect(restoringIn([entry('version.restored', 'anna', 'lamp', 1)], 'lamp')).toBeNull()
})
