/**
 * A kind of conversion, known by its name on both sides. `quick` ones are answered in well under a second even for a
 * long document; `long` ones may take a minute, and never take the last place from the quick ones.
 */
export interface Task<Input, Output> {
  name: string
  kind: 'quick' | 'long'
  /** True for what an answer must be: a process that answers something else is replaced. */
  isOutput(value: unknown): value is Output
  /** Carries the type of what the task is given; there is no value. */
  input?: Input
}

/** For whom a conversion is made: budgets are counted by person, what was used by network, project and person. */
export interface Requester {
  projectId: string
  userId: string
  /** What they come from, as one holder may have it; none for what the server does by itself. */
  network?: string
  /** Ends the conversion when nobody waits for it any more. */
  signal?: AbortSignal
}

/** What a task is given: as it is, or as something that makes it when the task's turn has come. */
export type Given<Input> = Input | (() => Promise<Input>)

/** Converts what people wrote, away from the thread that serves. */
export interface Converter {
  /**
   * Resolves with the task's answer. What is large is given as what makes it: it is read when the task was let in and
   * has its turn, so that no more of it is in memory than tasks are at work.
   * @throws Refusal `too_many_conversions`, `converters_busy`, `conversion_too_long`, `conversion_too_large`, `conversion_failed`,
   * `server_stopping`, what the task itself refuses with, or what making its input fails with; the signal's reason when the conversion was given up
   */
  run<Input, Output>(task: Task<Input, Output>, input: Given<Input>, by: Requester): Promise<Output>
  /** The processes at work or waiting for work. */
  pids(): number[]
  /** Ends every process at once; what ran or waited is refused. */
  stop(): Promise<void>
}

export const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array
/** For an answer of plain data that our own code made. */
export const isObject = (value: unknown): value is never => typeof value === 'object' && value !== null
