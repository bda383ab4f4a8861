/** No request nests as deep: a comment's lists in lists have 24 levels. Programs that recurse end their stack at thousands. */
const deepest = 64

/**
 * No request holds as many values: the largest comment, marked letter by letter, with the largest proposal has 22,000.
 * A megabyte of them takes half a second, in one turn, to be parsed and held against its schema.
 */
const mostValues = 30_000

/** True for JSON that no request of ours can be, by its levels or its values. Looks at it before it is parsed. */
export function isNoRequest(json: string): boolean {
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
    if (depth > deepest || values > mostValues) return true
  }
  return false
}

/** Where the string that begins here ends. */
function endOfString(json: string, from: number): number {
  let at = from + 1
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1
  return at
}
