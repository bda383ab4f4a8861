/** Runs acts one after the other. What one of them throws is told, and the next ones run all the same. */
export function inTurn(onError: (error: unknown) => void): (act: () => Promise<void>) => void {
  let before = Promise.resolve()
  return (act) => {
    before = before.then(act).catch(onError)
  }
}
