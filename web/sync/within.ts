/** Rejects when an act on the browser's storage takes longer than `ms`; what it gives later is let go. */
export function within<Value>(
  ms: number,
  act: Promise<Value>,
  letGo: (late: Value) => void = () => {},
): Promise<Value> {
  return new Promise((resolve, reject) => {
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
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
