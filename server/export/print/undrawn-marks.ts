import { codeOf } from '../../../shared/text/format-characters.ts'

const unseen = /\p{DI}/u

/**
 * Finds signs that combine with the one before them where no single font holds both: the typesetter would draw a box in
 * place of both, and a digit would be gone with what was put over it. `fonts`: the code points of each.
 */
function inText(
  text: string,
  fonts: () => ReadonlySet<number>[],
  see: (cluster: string, shown: string) => string,
): string {
  if (!/\p{M}/u.test(text)) return text
  return text.replace(/\P{M}\p{M}+/gu, (cluster) => {
    const [base, ...marks] = cluster
    const draws = (signs: string) => {
      const codePoints = [...signs].filter((sign) => !unseen.test(sign)).map((sign) => sign.codePointAt(0)!)
      return fonts().some((font) => codePoints.every((codePoint) => font.has(codePoint)))
    }
    // a base that no font holds is a box anyway
    if (draws(cluster) || draws(cluster.normalize('NFC')) || !draws(base!)) return cluster
    return see(cluster, base! + marks.map((mark) => (unseen.test(mark) ? mark : codeOf(mark))).join(''))
  })
}

/** A text in which such signs stand as their codes, behind what they were put over. */
export const showUndrawnMarks = (text: string, fonts: () => ReadonlySet<number>[]): string =>
  inText(text, fonts, (_, shown) => shown)

/** What of a text is shown so, with its base. */
export function undrawnMarksIn(text: string, fonts: () => ReadonlySet<number>[]): string[] {
  const found: string[] = []
  inText(text, fonts, (cluster, shown) => {
    found.push(shown)
    return cluster
  })
  return found
}
