/** A part was refused when others before it were done. */
export class PartlyDone extends Error {
  readonly done: number
  readonly count: number

  constructor(done: number, count: number, cause: unknown) {
    super('partly done', { cause })
    this.name = 'PartlyDone'
    this.done = done
    this.count = count
  }
}

/** Does an act with so many ids at a time. @throws PartlyDone where a part after the first fails, else what the act throws */
export async function inParts(
  ids: readonly string[],
  atOnce: number,
  act: (part: string[]) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < ids.length; from += atOnce) {
    try {
      await act(ids.slice(from, from + atOnce))
    } catch (error) {
      throw from > 0 ? new PartlyDone(from, ids.length, error) : error
    }
  }
}
