/** No request nests as deep: a comment's lists in lists have 24 levels. Programs that recurse end their stack at thousands. */
const deepest = 64

/** True for JSON with more levels of lists and objects than any request of ours has. Looks at it before it is parsed. */
export function isTooDeep(json: string): boolean {
  let depth = 0
  for (let at = 0; at < json.length; at++) {
    const sign = json[at]
    if (sign === '"') at = endOfString(json, at)
    else if (sign === '[' || sign === '{') depth++
    else if (sign === ']' || sign === '}') depth--
    if (depth > deepest) return true
  }
  return false
}

/** Where the string that begins here ends. */
function endOfString(json: string, from: number): number {
  let at = from + 1
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1
  return at
}
