import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { observable } from '../../web/sync/observable.ts'
import { onJoined, onOtherAccess } from '../../web/sync/room/missed-events.ts'
import type { SaveState } from '../../web/sync/room/save-state.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const saved: SaveState = { kind: 'saved' }
const saving: SaveState = { kind: 'saving' }
const connecting: SaveState = { kind: 'connecting' }
const offline: SaveState = { kind: 'offline', changes: 0, kept: 0 }

const stateOf = (first: SaveState) => observable(first)

test('what a room tells is read each time that it is joined: when the page has opened, and at once after an absence', async () => {
  const state = stateOf(connecting)
  const read = vi.fn<() => void>()
  onJoined({ state }, read)
  for (const next of [saving, saved, saving, saved]) state.set(next)
  expect(read).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(read).toHaveBeenCalledTimes(1)
  for (const next of [offline, connecting, saved, saving]) state.set(next)
  expect(read).toHaveBeenCalledTimes(2)
  state.set({ kind: 'refused', code: 'read_only', changes: 1, kept: 1 })
  state.set(connecting)
  state.set(saving)
  expect(read).toHaveBeenCalledTimes(3)
})

test('a room that was joined before anybody listened is read too, and none whose page is gone', async () => {
  const read = vi.fn<() => void>()
  onJoined({ state: stateOf(saved) }, read)
  const state = stateOf(connecting)
  const stop = onJoined({ state }, read)
  state.set(saved)
  stop()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(read).toHaveBeenCalledTimes(1)
  for (const next of [offline, saved]) state.set(next)
  expect(read).toHaveBeenCalledTimes(1)
})

test('other access is told once for a refusal, with its reason, also of a room that was refused before anybody listened', () => {
  const state = stateOf({ kind: 'refused', code: 'read_only', changes: 1, kept: 1 } as SaveState)
  const listeners = new Set<() => void>()
  const onAccessChanged = (listener: () => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  const told: unknown[] = []
  const stop = onOtherAccess({ state, onAccessChanged }, (refused) => told.push(refused))
  state.set({ kind: 'refused', code: 'read_only', changes: 2, kept: 2 })
  state.set(saved)
  for (const listener of listeners) listener()
  state.set({ kind: 'refused', code: 'access_ended', changes: 0, kept: 0 })
  expect(told).toEqual(['read_only', undefined, 'access_ended'])
  stop()
  state.set(saved)
  state.set({ kind: 'refused', code: 'read_only', changes: 0, kept: 0 })
  expect([told.length, listeners.size]).toEqual([3, 0])
})
