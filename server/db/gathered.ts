/** More is asked for by several statements, so that none holds the thread for long. */
const mostAtOnce = 500
/** A statement that takes longer is not waited for by those who come then, in milliseconds. */
const longMs = 250

interface Asked<Key, Answer> {
  key: Key
  resolve(answer: Answer): void
  reject(failure: unknown): void
}

/**
 * Asks one by one what `askAll` answers for many: what comes while a statement runs is asked together by the next. Each is
 * answered from what was read after it was asked. Keys must be such that none makes the statement fail, as it fails for
 * all that are in it.
 */
export function gathered<Key, Answer>(
  askAll: (keys: Key[]) => Promise<Answer[]>,
): (key: Key) => Promise<Answer> {
  const waiting: Asked<Key, Answer>[] = []
  let underWay = 0
  let begunAt = 0

  async function ask(): Promise<void> {
    underWay++
    while (waiting.length > 0) {
      begunAt = performance.now()
      const asked = waiting.splice(0, mostAtOnce)
      try {
        const answers = await askAll(asked.map(({ key }) => key))
        for (const [i, { resolve }] of asked.entries()) resolve(answers[i]!)
      } catch (failure) {
        for (const { reject } of asked) reject(failure)
      }
    }
    underWay--
  }

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject })
      if (underWay === 0 || performance.now() - begunAt > longMs) void ask()
    })
}
