/** Work that is done step by step, so that others may have their turn in between; what it returns is its result. */
export type Steps<Result> = Generator<void, Result>

/** Does all of it at one go. */
export function toEnd<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** Says true once in so many calls. */
export function onceIn(count: number): () => boolean {
  let calls = 0
  return () => ++calls % count === 0
}
