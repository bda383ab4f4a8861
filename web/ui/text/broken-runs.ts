import { heaviestCharacter, heaviestRunOf } from '../../../shared/document/text-runs.ts'
import { clientLimits } from '../client-limits.ts'

/** A place where a line may end, that nobody sees. */
const mayBreak = '\u200b'

/**
 * Words to be shown: a run that was kept before the server refused such, and that a browser would stand still for, gets
 * places where a line may end. Only for the eye: what is edited, copied or sent stays as it was.
 */
export function withBreaks(words: string, limit = clientLimits().runCharacters): string {
  if (words.length * heaviestCharacter <= limit || heaviestRunOf(words) <= limit) return words
  const length = Math.max(1, Math.floor(limit / heaviestCharacter / 5))
  const pieces: string[] = []
  for (let from = 0; from < words.length;) {
    let end = from + length
    // a character of two halves stays whole
    if (/[\udc00-\udfff]/.test(words.charAt(end))) end++
    pieces.push(words.slice(from, end))
    from = end
  }
  return pieces.join(mayBreak)
}
