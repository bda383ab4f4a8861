/**
 * Rejects when an act on the browser's storage takes longer than `ms`. `giveUp` has it not be done any more; what it
 * gives all the same is let go.
 */
export function within<Value>(
  ms: number,
  act: Promise<Value>,
  letGo: (late: Value) => void = () => {},
  giveUp: () => void = () => {},
): Promise<Value> {
  return new Promise((resolve, reject) => {
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      try {
        giveUp()
      } catch {
        // it is being written already
      }
      reject(new Error('the browser’s storage does not answer'))
    }, ms)
    act.then(
      (value) => {
        clearTimeout(timer)
        if (isLate) letGo(value)
        else resolve(value)
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(error as Error)
      },
    )
  })
}
