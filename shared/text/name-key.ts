import { foldWidth } from './width-folding.ts'

/** Letters of Cyrillic and of Greek, and below each the Latin letter as which it is drawn. */
const twins = 'аеорсухіјѕһԁԛԝӏвнкмтԍзΑΒΕΖΗΙΚΜΝΟΡΤΥΧαονιρκυτχε'
const latin = 'aeopcyxijshdqwlbhkmtg3ABEZHIKMNOPTYXaovipkutxe'
const twinOf = new Map(Array.from(twins, (twin, at) => [twin, latin[at]!]))

/** Of these one is read for the other. */
const oneStroke = /[l1|]/g

/**
 * What makes two names look like one: width, case, spaces, marks between the words, signs that nobody sees and letters
 * of other scripts that are drawn as Latin ones do not tell people apart. (Unicode's list of confusable characters,
 * UTS 39, is far longer; what names here are written in is in this one.)
 */
export function nameKey(name: string): string {
  const inLatin = Array.from(
    foldWidth(name),
    (sign) => twinOf.get(sign) ?? twinOf.get(sign.toLowerCase()) ?? sign,
  )
  const seen = inLatin
    .join('')
    .toLowerCase()
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
  const words = seen.replaceAll(/[^\p{L}\p{N}\p{M}]+/gu, '')
  return (words || seen.trim()).replaceAll(oneStroke, 'i').replaceAll('0', 'o')
}
