import { defaultLimits, type Limits } from './limits.ts'

/** The limits that a browser holds itself to, so that it refuses at once, and in words, what the server would. */
const told = [
  'fileBytes',
  'commentCharacters',
  'updateBytes',
  'elementsPerDocument',
  'runCharacters',
  'formatsPerText',
  'columnsPerTable',
  'placesPerTable',
] as const satisfies readonly (keyof Limits)[]

export type ToldLimits = Pick<Limits, (typeof told)[number]>

/** The name of the meta element in which a page is told its server's limits, as JSON. */
export const toldLimitsName = 'countersign-limits'

/** What a server tells of its limits. */
export const toldOf = (limits: Limits): ToldLimits =>
  Object.fromEntries(told.map((name) => [name, limits[name]])) as ToldLimits

/** What a page was told; the default of each limit that it was not told (a page that Vite serves in development). */
export function readTold(text: string | null | undefined): ToldLimits {
  const defaults = toldOf(defaultLimits)
  try {
    const given = JSON.parse(text ?? '{}') as Partial<Record<string, unknown>> | null
    const known = Object.entries(given ?? {}).filter(
      ([name, value]) => Object.hasOwn(defaults, name) && typeof value === 'number',
    )
    return { ...defaults, ...(Object.fromEntries(known) as Partial<ToldLimits>) }
  } catch {
    return defaults
  }
}
