import * as encoding from 'lib0/encoding'
import { expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { messageType, syncStep } from '../../shared/wire/protocol.ts'
import { observable } from '../../web/sync/observable.ts'
import type { LocalCopy } from '../../web/sync/unsent/local-copy.ts'
import { UnsentStore } from '../../web/sync/unsent/unsent-store.ts'

/** The answer to the server's step 1: a frame that holds all that was written here. */
function answerOf(doc: Y.Doc): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, messageType.sync)
  encoding.writeVarUint(encoder, syncStep.step2)
  encoding.writeVarUint8Array(encoder, Y.encodeStateAsUpdate(doc))
  return encoding.toUint8Array(encoder)
}

test('what tabs that are gone left, what this one writes, and what others have is one number, kept until it is saved', () => {
  const doc = new Y.Doc()
  let adopt: Parameters<LocalCopy['onAdopted']>[0] = () => {}
  const noteUnsent = vi.fn<LocalCopy['noteUnsent']>()
  const copy = {
    unsent: { changes: 2, authored: [{ client: 7, to: 3 }], from: new Map([[7, 1]]) },
    others: observable(3),
    knowsUnsent: true,
    noteUnsent,
    onAdopted: (listener: typeof adopt) => void (adopt = listener),
  } as unknown as LocalCopy
  const onAdopted = vi.fn<() => void>()
  const store = new UnsentStore({ doc, copy, seed: undefined, onChange: () => {}, onAdopted })
  expect(store.changes).toBe(5)
  expect(store.authored).toEqual([{ client: 7, to: 3 }])

  doc.getText('words').insert(0, 'wall')
  store.changed(new Map())
  expect(store.changes).toBe(6)
  expect(noteUnsent).toHaveBeenLastCalledWith(3, doc.clientID, store.begins)
  expect([...store.begins]).toEqual([
    [7, 1],
    [doc.clientID, 0],
  ])

  adopt(4, [{ client: 9, to: 2 }], new Map([[9, 0]]))
  expect([store.changes, onAdopted.mock.calls.length]).toEqual([10, 1])
  expect(store.isUnderUnknownId).toBe(true)

  store.acks.connectionBegins()
  expect(store.acks.mayLeave(answerOf(doc))).toBe(true)
  store.acks.saved(1)
  expect([store.changes, store.isSettled, store.isUnderUnknownId]).toEqual([3, false, false])
  expect([store.authored, [...store.begins]]).toEqual([[], []])
  expect(noteUnsent).toHaveBeenLastCalledWith(0, 0, store.begins)
})
