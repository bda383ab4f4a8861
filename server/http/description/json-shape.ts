import type { Limits } from '../../../shared/limits.ts'

/** True for JSON that no request of ours can be, by its levels or its values. Looks at it before it is parsed. */
export function isNoRequest(
  json: string,
  { jsonLevels, jsonValues }: Pick<Limits, 'jsonLevels' | 'jsonValues'>,
): boolean {
  let depth = 0
  let values = 0
  for (let at = 0; at < json.length; at++) {
    const sign = json[at]
    if (sign === '"') at = endOfString(json, at)
    else if (sign === ']' || sign === '}') depth--
    else if (sign === '[' || sign === '{') {
      depth++
      values++
    } else if (sign === ',') values++
    if (depth > jsonLevels || values > jsonValues) return true
  }
  return false
}

/** Where the string that begins here ends. */
function endOfString(json: string, from: number): number {
  let at = from + 1
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1
  return at
}
