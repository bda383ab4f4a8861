import { expect, test, vi } from 'vitest'
import { noneLooked, Soundness } from '../../../server/rooms/soundness.ts'
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
