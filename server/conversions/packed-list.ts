import { setImmediate as nextTurn } from 'node:timers/promises'

/**
 * A list as JSON in UTF-8, many things in one array, on its way to a converter process: as objects they would all be
 * gone through in one turn of the thread that serves.
 */
export type PackedList = Uint8Array[]

/** So many characters are packed together. */
const partLength = 262_144

/** Packs a list; between any two parts of it others have their turn. A thing of it is written at one go. */
export async function packList<One>(list: AsyncIterable<One> | Iterable<One>): Promise<PackedList> {
  const parts: PackedList = []
  let part = ''
  for await (const one of list) {
    part += `${part && ','}${JSON.stringify(one)}`
    if (part.length < partLength) continue
    parts.push(Buffer.from(`[${part}]`))
    part = ''
    await nextTurn()
  }
  if (part) parts.push(Buffer.from(`[${part}]`))
  return parts
}

/** The list again. */
export const unpackList = <One>(parts: PackedList): One[] =>
  parts.flatMap((part) => JSON.parse(Buffer.from(part).toString()) as One[])
