/** What two sequences have in common: from `a` in one and `b` in the other, `size` long. */
export interface Run {
  a: number
  b: number
  size: number
}

/** Sequences that differ in more than so many places are not compared further. */
const mostDifferences = 1_000

/**
 * What two sequences have in common, in order. Runs that are shorter than what differs on both of their sides are
 * coincidence (a letter that stands in any text), unless `isSure`.
 */
export function commonRuns(
  lengthA: number,
  lengthB: number,
  isSame: (a: number, b: number) => boolean,
  isSure: (run: Run) => boolean = () => false,
): Run[] {
  const shorter = Math.min(lengthA, lengthB)
  let start = 0
  while (start < shorter && isSame(start, start)) start++
  let end = 0
  while (end < shorter - start && isSame(lengthA - 1 - end, lengthB - 1 - end)) end++
  const [restA, restB] = [lengthA - start - end, lengthB - start - end]
  const middle =
    restA > 0 && restB > 0
      ? withoutCoincidence(
          longestCommon(restA, restB, (a, b) => isSame(start + a, start + b)),
          restA,
          restB,
          (run) => isSure({ ...run, a: run.a + start, b: run.b + start }),
        )
      : []
  return [
    { a: 0, b: 0, size: start },
    ...middle.map((run) => ({ ...run, a: run.a + start, b: run.b + start })),
    { a: lengthA - end, b: lengthB - end, size: end },
  ].filter(({ size }) => size > 0)
}

function withoutCoincidence(
  runs: Run[],
  lengthA: number,
  lengthB: number,
  isSure: (run: Run) => boolean,
): Run[] {
  const differingBefore = (index: number) => {
    const former = runs[index - 1] ?? { a: 0, b: 0, size: 0 }
    const next = runs[index] ?? { a: lengthA, b: lengthB }
    return Math.max(next.a - former.a - former.size, next.b - former.b - former.size)
  }
  for (let index = 0; index < runs.length;) {
    const run = runs[index]!
    const isShort = run.size < differingBefore(index) && run.size < differingBefore(index + 1)
    if (isShort && !isSure(run)) {
      runs.splice(index, 1)
      index = Math.max(0, index - 1)
    } else index++
  }
  return runs
}

/** The longest common subsequence, by Myers' algorithm (1986); nothing where too much differs. */
function longestCommon(lengthA: number, lengthB: number, isSame: (a: number, b: number) => boolean): Run[] {
  const most = Math.min(mostDifferences, lengthA + lengthB)
  const offset = most + 1
  // how far in `a` each diagonal reaches
  let reach = new Int32Array(2 * most + 3)
  const history: Int32Array[] = []
  for (let count = 0; count <= most; count++) {
    history.push(reach.slice())
    for (let diagonal = -count; diagonal <= count; diagonal += 2) {
      const inserts =
        diagonal === -count ||
        (diagonal !== count && reach[offset + diagonal - 1]! < reach[offset + diagonal + 1]!)
      let a = inserts ? reach[offset + diagonal + 1]! : reach[offset + diagonal - 1]! + 1
      while (a < lengthA && a - diagonal < lengthB && isSame(a, a - diagonal)) a++
      reach[offset + diagonal] = a
      if (a === lengthA && a - diagonal === lengthB) return runsOf(history, offset, lengthA, lengthB)
    }
  }
  return []
}

function runsOf(history: readonly Int32Array[], offset: number, lengthA: number, lengthB: number): Run[] {
  const runs: Run[] = []
  let [a, b] = [lengthA, lengthB]
  for (let count = history.length - 1; count >= 0; count--) {
    const reach = history[count]!
    const diagonal = a - b
    const inserts =
      diagonal === -count ||
      (diagonal !== count && reach[offset + diagonal - 1]! < reach[offset + diagonal + 1]!)
    const former = diagonal + (inserts ? 1 : -1)
    const fromA = count === 0 ? 0 : reach[offset + former]!
    const begin = count === 0 ? 0 : inserts ? fromA : fromA + 1
    if (a > begin) runs.unshift({ a: begin, b: begin - diagonal, size: a - begin })
    ;[a, b] = [fromA, fromA - former]
  }
  return runs
}
