import { patchQueries } from './patched-queries.ts'

/** What an act asks of the database. */
export interface Asked {
  /** Their text, in the order in which they were sent; each is a journey to the database and back. */
  statements: string[]
  /** How often one was waited for before the next was sent. */
  inTurn: number
}

/** What goes on by itself: the post asks for work, the pool greets a connection, each minute somebody's session was seen. */
const isOfNobody = (text: string): boolean =>
  [
    'update "jobs" set "key" = $1, "run_at" = $2',
    'select pg_advisory_lock',
    'update "sessions" set "expires_at" = $1, "last_seen_at" = $2',
  ].some((beginning) => text.startsWith(beginning))

/** Has the act done, and tells all statements that the process sent meanwhile, those of its transactions too. */
export async function statementsOf(act: () => Promise<unknown>): Promise<Asked> {
  const asked: Asked = { statements: [], inTurn: 0 }
  let underWay = 0
  const end = () => void (underWay -= 1)
  const restore = patchQueries(({ text, done, run }) => {
    if (text === undefined || isOfNobody(text)) return run()
    asked.statements.push(text)
    if (underWay === 0) asked.inTurn += 1
    underWay += 1
    if (done) return run((...results) => (end(), done(...results)))
    const result = run()
    if (result instanceof Promise) result.then(end, end)
    return result
  })
  try {
    await act()
  } finally {
    restore()
  }
  return asked
}
