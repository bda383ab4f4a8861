import { notDescribed } from '../../../server/http/failures.ts'

/** Fails where a server refused something with a code that its route's declaration does not name. */
export function expectDescribed(logged: readonly string[]): void {
  const found = logged.filter((line) => line.includes(notDescribed)).map((line) => JSON.parse(line) as Line)
  const told = new Set(found.map(({ route, code }) => `${route} ${code}`))
  if (told.size > 0) throw new Error(`${notDescribed}: ${[...told].join(', ')}`)
}

interface Line {
  route: string
  code: string
}
