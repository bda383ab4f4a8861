import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import katex from 'katex'
import { symbolMap } from 'tex2typst'
import { expect, test } from 'vitest'
import { typstMath } from '../../server/export/print/math.ts'

/** What stands for a command on the screen, without the spaces around it. */
function onScreen(latex: string): string | null {
  try {
    const html = katex.renderToString(latex, { output: 'mathml', throwOnError: true })
    const shown = html.replace(/<annotation.*<\/annotation>/s, '').replace(/<[^>]+>/g, '')
    return shown
      .replace(/[\s\u2061\u2063]/g, '')
      .replace('&lt;', '<')
      .replace('&gt;', '>')
      .replace('&amp;', '&')
  } catch {
    return null
  }
}

/** What the typesetter makes of mathematics, by its signs. */
function onPaper(formulas: string[]): string[] {
  const compiler = NodeCompiler.create({})
  const mainFileContent = `
#let words(it) = {
  if it.has("text") { if type(it.text) == str { it.text } else { words(it.text) } }
  else if it.has("children") { it.children.map(words).join() }
  else if it.has("body") { words(it.body) }
  else { "" }
}
#metadata(json(bytes(sys.inputs.input)).map(one => words(eval(one, mode: "math")))) <signs>`
  const found = compiler.query(
    { mainFileContent, inputs: { input: JSON.stringify(formulas) } },
    { selector: '<signs>' },
  ) as { value: (string | null)[] }[]
  return found[0]!.value.map((signs) => (signs ?? '').replace(/[\s\ufe0e]/g, ''))
}

/** The same drawing under two code points: bars, a dot, and a sign for which the screen's font has the code of another. */
const drawnAlike: Record<string, string> = { vert: '|', Vert: '‖', bullet: '•', ncong: '≇', backslash: '\\' }

test('each command is printed with the sign that the screen draws, or as its source (issue 10.5)', () => {
  const known = [...symbolMap.keys()]
    .filter((name) => /^[a-zA-Z]+$/.test(name))
    .flatMap((name) => {
      const shown = onScreen(`\\${name}`)
      const typst = typstMath(`\\${name}`)
      return shown === null || typst === null ? [] : [{ name, shown, typst }]
    })
  expect(known.length).toBeGreaterThan(350)
  const paper = onPaper(known.map(({ typst }) => typst))
  const other = known
    .map(({ name, shown }, at) => ({ name, shown: drawnAlike[name] ?? shown, printed: paper[at] }))
    .filter(({ shown, printed }) => shown !== printed)
  expect(other).toEqual([])
})
