import { expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { noneLooked, RepairState } from '../../../server/rooms/repair/repair-state.ts'
import { defaultLimits } from '../../../shared/limits.ts'

test('a text that nobody had time to repair is looked at again later; one that cannot be repaired is not', () => {
  const looked = noneLooked()
  const open = (roomId: string) => {
    const repairState = new RepairState(roomId, looked, defaultLimits)
    repairState.isLookedThrough = false
    return repairState
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
  const repairState = new RepairState('text', noneLooked(), defaultLimits)
  repairState.isLookedThrough = false
  repairState.giveUp(true)
  const now = performance.now()
  const clock = vi.spyOn(performance, 'now')
  const later = () => void clock.mockReturnValue(now + 600_000)
  try {
    expect(repairState.partsOf(new Y.Doc(), 0).size).toBe(0)
    repairState.repaired(false, true)
    later()
    expect([repairState.isUnseen, repairState.isWhole]).toEqual([true, false])
    // the text is still open as it was then
    repairState.repaired(true, true)
    expect([repairState.isUnseen, repairState.isWhole, repairState.isRepaired]).toEqual([true, false, false])
    // open anew, all of it is looked at
    expect(repairState.partsOf(new Y.Doc(), 0).size).toBeGreaterThan(0)
    repairState.repaired(true, false)
    expect([repairState.isUnseen, repairState.isRepaired]).toEqual([true, true])
    repairState.repaired(false, true)
    expect([repairState.isUnseen, repairState.isWhole]).toEqual([false, true])
  } finally {
    clock.mockRestore()
  }
})
