import type { Converter, Requester, Task } from './task.ts'

/**
 * What people wrote is read on the thread that serves only while it is this short, in bytes: four pages, which take
 * 4 ms (20 pages take 15 ms, 100 pages 100 ms). A process is not started for less.
 */
export const shortBytes = 16_384

/**
 * Does a task where its input belongs: here when it is short, else in a converter process. `bytes` are those of all
 * that is gone through, unpacked: of whatever is left out, any amount would be read here.
 */
export async function convert<Input, Output>(
  converter: Converter,
  task: Task<Input, Output>,
  run: (input: Input) => Output | Promise<Output>,
  input: Input,
  bytes: number,
  by: Requester,
): Promise<Output> {
  return bytes <= shortBytes ? run(input) : converter.run(task, input, by)
}

/** As `convert`, for what is long to read as well. */
export async function convertGiven<Input, Output>(
  converter: Converter,
  task: Task<Input, Output>,
  run: (input: Input) => Output | Promise<Output>,
  read: () => Promise<Input>,
  bytes: number,
  by: Requester,
): Promise<Output> {
  return bytes <= shortBytes ? run(await read()) : converter.run(task, read, by)
}
