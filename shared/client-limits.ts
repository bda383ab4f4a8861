import { defaultLimits, type Limits } from './limits.ts'

/**
 * The limits that a browser holds itself to, so that it refuses at once, and in words, what the server would; and what the
 * server waits for, which the browser then waits for too (`web/sync/answer-times.ts`).
 */
const names = [
  'fileBytes',
  'commentCharacters',
  'updateBytes',
  'elementsPerDocument',
  'runCharacters',
  'formatsPerText',
  'columnsPerTable',
  'placesPerTable',
  'conversionMs',
  'restoreWaitMs',
  'lockWaitMs',
  'slowBodyMs',
] as const satisfies readonly (keyof Limits)[]

export type ClientLimits = Pick<Limits, (typeof names)[number]>

/** The name of the meta element in which a page is told its server's limits, as JSON. */
export const clientLimitsName = 'countersign-limits'

/** What a server tells of its limits. */
export const clientLimitsOf = (limits: Limits): ClientLimits =>
  Object.fromEntries(names.map((name) => [name, limits[name]])) as ClientLimits

/** What a page was told; the default of each limit that it was not told (a page that Vite serves in development). */
export function readClientLimits(text: string | null | undefined): ClientLimits {
  const defaults = clientLimitsOf(defaultLimits)
  try {
    const given = JSON.parse(text ?? '{}') as Partial<Record<string, unknown>> | null
    const known = Object.entries(given ?? {}).filter(
      ([name, value]) => Object.hasOwn(defaults, name) && typeof value === 'number',
    )
    return { ...defaults, ...(Object.fromEntries(known) as Partial<ClientLimits>) }
  } catch {
    return defaults
  }
}
