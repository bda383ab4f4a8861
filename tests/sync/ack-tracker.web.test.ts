import * as encoding from 'lib0/encoding'
import * as syncProtocol from 'y-protocols/sync'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { messageType } from '../../shared/wire/protocol.ts'
import { AckTracker } from '../../web/sync/unsent/ack-tracker.ts'
import { attemptTime, nextWait } from '../../web/sync/room/link-watch.ts'
import { errors, type ErrorCode } from '../../shared/errors.ts'
import { codeOfClose, isWorthRetrying } from '../../web/sync/room/refusal.ts'
import { saveStateOf } from '../../web/sync/room/save-state.ts'

const doc = new Y.Doc()
doc.getText('t').insert(0, 'a')
const bytes = Y.encodeStateAsUpdate(doc)

function frame(write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, messageType.sync)
  write(encoder)
  return encoding.toUint8Array(encoder)
}
const answer = frame((encoder) => syncProtocol.writeSyncStep2(encoder, doc))
const emptyAnswer = frame((encoder) => syncProtocol.writeSyncStep2(encoder, new Y.Doc()))
const update = frame((encoder) => syncProtocol.writeUpdate(encoder, bytes))

const trackerWith = (waiting = 0) => new AckTracker(waiting, () => {})

describe('asking by the address of the connection', () => {
  const step1 = (of: Y.Doc) => frame((encoder) => syncProtocol.writeSyncStep1(encoder, of))

  test('the same is not asked again, and what changed since is', () => {
    const acks = trackerWith()
    acks.connectionBegins(Y.encodeStateVector(doc))
    expect(acks.mayLeave(step1(doc))).toBe(false)
    expect(acks.mayLeave(step1(doc))).toBe(true)
    acks.connectionBegins(Y.encodeStateVector(new Y.Doc()))
    expect(acks.mayLeave(step1(doc))).toBe(true)
    acks.connectionBegins()
    expect(acks.mayLeave(step1(new Y.Doc()))).toBe(true)
  })
})

describe('counting changes until they are durable', () => {
  test('a change is pending until the frame that carries it is acknowledged', () => {
    const acks = trackerWith()
    acks.connectionBegins()
    acks.mayLeave(emptyAnswer)
    acks.changed()
    acks.mayLeave(update)
    acks.changed()
    acks.mayLeave(update)
    expect(acks.changes).toBe(2)
    acks.saved(2)
    expect(acks.changes).toBe(1)
    acks.saved(3)
    expect(acks.changes).toBe(0)
  })

  test('an update waits for our answer to step 1, which carries it', () => {
    const acks = trackerWith(3)
    acks.connectionBegins()
    acks.changed()
    expect(acks.mayLeave(update)).toBe(false)
    expect(acks.mayLeave(answer)).toBe(true)
    expect(acks.changes).toBe(4)
    acks.saved(1)
    expect(acks.changes).toBe(0)
  })

  test('what no connection saw acknowledged waits again on the next', () => {
    const acks = trackerWith()
    acks.connectionBegins()
    acks.mayLeave(emptyAnswer)
    acks.changed()
    acks.mayLeave(update)
    acks.connectionBegins()
    acks.saved(0)
    expect(acks.changes).toBe(1)
    acks.mayLeave(answer)
    acks.saved(1)
    expect(acks.changes).toBe(0)
  })

  test('an empty answer says that the server has everything, and counts as a frame', () => {
    const acks = trackerWith(2)
    acks.connectionBegins()
    acks.mayLeave(emptyAnswer)
    expect(acks.changes).toBe(0)
    acks.changed()
    acks.mayLeave(update)
    acks.saved(1)
    expect(acks.changes).toBe(1)
    acks.saved(2)
    expect(acks.changes).toBe(0)
  })
})

describe('what is said', () => {
  test('rule 3: saved is said over an open, synced link with nothing pending, and never else', () => {
    const links = [
      { kind: 'connecting' },
      { kind: 'lost' },
      { kind: 'refused', code: 'not_allowed' },
      { kind: 'open', synced: false },
      { kind: 'open', synced: true },
    ] as const
    const saved = links.flatMap((link) =>
      [0, 1].flatMap((changes) =>
        [false, true]
          .filter((isSettled) => saveStateOf(link, { changes, kept: changes }, isSettled).kind === 'saved')
          .map((isSettled) => [link, changes, isSettled]),
      ),
    )
    expect(saved).toEqual([[{ kind: 'open', synced: true }, 0, true]])
  })

  test('a close is worded by its reason, else by its code, and refusals are not retried', () => {
    expect(codeOfClose({ code: 4403, reason: 'read_only' })).toBe('read_only')
    expect(codeOfClose({ code: 4426, reason: '' })).toBe('client_outdated')
    expect(codeOfClose({ code: 1006, reason: '' })).toBeUndefined()
    expect(codeOfClose({ code: 4403, reason: 'toString' })).not.toBe('toString')
    for (const code of ['access_ended', 'client_outdated', 'update_refused', 'update_too_large'] as const)
      expect(isWorthRetrying(code)).toBe(false)
    for (const code of [undefined, 'server_stopping', 'storage_full', 'access_changed'] as const)
      expect(isWorthRetrying(code)).toBe(true)
  })

  test('whatever a server that is busy, full or away answers is worth another try, and nothing else is', () => {
    for (const [code, { status }] of Object.entries(errors)) {
      // an act that was done is not to be done again
      if (code === 'done_unread') expect(isWorthRetrying(code)).toBe(false)
      else if (status === 429 || status >= 500)
        expect([code, isWorthRetrying(code as ErrorCode)]).toEqual([code, true])
      else if (code !== 'access_changed')
        expect([code, isWorthRetrying(code as ErrorCode)]).toEqual([code, false])
    }
  })

  test('U14: an attempt that hangs gets twice as long the next time, up to half a minute', () => {
    expect([0, 1, 2, 3, 400].map(attemptTime)).toEqual([5_000, 10_000, 20_000, 30_000, 30_000])
  })

  test('waits are spread over the whole range and never over a second in the first minutes', () => {
    expect(nextWait(1, () => 0)).toBe(0)
    expect(nextWait(1, () => 1)).toBe(200)
    expect(nextWait(100, () => 1)).toBe(1_000)
    expect(nextWait(500, () => 1)).toBe(10_000)
  })
})
