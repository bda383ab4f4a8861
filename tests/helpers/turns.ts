/**
 * The most processor time (ms) that this process spends between two turns of its event loop while `work` runs: what
 * others wait for it, however busy the machine is. Of three runs the best, as a garbage collection is nobody's fault.
 */
export async function longestTurnMs(work: () => Promise<unknown>): Promise<number> {
  const runs = [await longestTurnOnce(work), await longestTurnOnce(work), await longestTurnOnce(work)]
  return Math.min(...runs)
}

async function longestTurnOnce(work: () => Promise<unknown>): Promise<number> {
  let longest = 0
  let before = process.cpuUsage()
  let isRunning = true
  const look = () => {
    const { user, system } = process.cpuUsage(before)
    longest = Math.max(longest, (user + system) / 1_000)
    before = process.cpuUsage()
    if (isRunning) setImmediate(look)
  }
  setImmediate(look)
  await work().finally(() => (isRunning = false))
  look()
  return longest
}
