import { expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { noneLooked, Soundness } from '../../../server/rooms/repair/soundness.ts'
import { defaultLimits } from '../../../shared/limits.ts'

test('a text that nobody had time to mend is looked at again later; one that cannot be mended is not', () => {
  const looked = noneLooked()
  const open = (roomId: string) => {
    const soundness = new Soundness(roomId, looked, defaultLimits)
    soundness.isLookedThrough = false
    return soundness
  }
  const [waited, broken] = [open('waited'), open('broken')]
  waited.giveUp(true)
  broken.giveUp(false)
  expect([waited.isUnseen, broken.isUnseen]).toEqual([false, false])
  const now = performance.now()
  const clock = vi.spyOn(performance, 'now').mockReturnValue(now + 600_000)
  expect([waited.isUnseen, broken.isUnseen]).toEqual([true, false])
  clock.mockRestore()
})

test('what an honest edit touched says nothing of the rest of a text that was never looked through', () => {
  const soundness = new Soundness('text', noneLooked(), defaultLimits)
  soundness.isLookedThrough = false
  soundness.giveUp(true)
  const now = performance.now()
  const clock = vi.spyOn(performance, 'now')
  const later = () => void clock.mockReturnValue(now + 600_000)
  try {
    expect(soundness.partsOf(new Y.Doc(), 0).size).toBe(0)
    soundness.mended(false, true)
    later()
    expect([soundness.isUnseen, soundness.isWhole]).toEqual([true, false])
    // the text is still open as it was then
    soundness.mended(true, true)
    expect([soundness.isUnseen, soundness.isWhole, soundness.isMended]).toEqual([true, false, false])
    // open anew, all of it is looked at
    expect(soundness.partsOf(new Y.Doc(), 0).size).toBeGreaterThan(0)
    soundness.mended(true, false)
    expect([soundness.isUnseen, soundness.isMended]).toEqual([true, true])
    soundness.mended(false, true)
    expect([soundness.isUnseen, soundness.isWhole]).toEqual([false, true])
  } finally {
    clock.mockRestore()
  }
})
