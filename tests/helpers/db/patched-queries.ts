import pg from 'pg'

/** A statement as a connection of this process is asked for it. */
export interface AskedQuery {
  client: pg.Client
  /** Its words; none where it is none of a text's. */
  text: string | undefined
  /** That of a prepared one. */
  name: string | undefined
  values: unknown[]
  /** What hears of its end, where that is a callback and no promise. */
  done: ((failure?: Error, ...results: unknown[]) => unknown) | undefined
  /** Has it done as it was asked for; `done`: another one in the place of its callback. */
  run(done?: (failure?: Error, ...results: unknown[]) => unknown): unknown
}

/** Has `answer` in the place of each statement of this process until what it returns is called. */
export function patchQueries(answer: (asked: AskedQuery) => unknown): () => void {
  const { query } = pg.Client.prototype
  pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]) {
    const [first, second] = given as [string | { text?: string; name?: string; values?: unknown[] }, unknown]
    const { text, name, values = second } = typeof first === 'string' ? { text: first } : first
    const last = given.at(-1)
    const done = typeof last === 'function' ? (last as AskedQuery['done']) : undefined
    return answer({
      client: this,
      text,
      name,
      values: Array.isArray(values) ? values : [],
      done,
      run: (instead = done) =>
        Reflect.apply(query, this, done ? [...given.slice(0, -1), instead] : given) as unknown,
    })
  } as typeof query
  return () => void (pg.Client.prototype.query = query)
}

/** As when the network loses it. */
export const breakConnection = (client: pg.Client): void =>
  void (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
