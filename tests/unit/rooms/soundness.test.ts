import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { noneLooked, Soundness } from '../../../server/rooms/soundness.ts'
import { defaultLimits } from '../../../shared/limits.ts'

const document = () => {
  const doc = new Y.Doc()
  doc.getXmlFragment('default').push([new Y.XmlElement('paragraph')])
  return doc
}

test('V21: a text whose repair failed as such is looked through once in a process, not by each who reads it', () => {
  const looked = noneLooked()
  const opened = () => {
    const one = new Soundness('room', looked, defaultLimits)
    one.isLookedThrough = false
    return one
  }
  const first = opened()
  expect(first.isUnseen).toBe(true)
  expect(first.partsOf(document()).size).toBeGreaterThan(0)
  first.failed(new Error('the repair as such'))
  // the room reads its text anew, and is closed
  first.forget()
  const next = opened()
  expect(next.isUnseen).toBe(false)
  expect(next.partsOf(document()).size).toBe(0)
  // the log is not told that all of it was looked through: the next version looks again
  expect(next.isWhole).toBe(false)
})
