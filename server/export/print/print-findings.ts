import { formatCharactersIn, showFormatCharacters } from '../../../shared/text/format-characters.ts'
import type { PrintFinding } from '../../../shared/signoff.ts'
import type { PrintData } from './print-data.ts'

/** As many as somebody reads; a text with more has one fault many times. */
const findingsAtMost = 50
const detailAtMost = 80

/** A formula as it stands in a print's data, and the room that it had. */
export interface SmallFormula {
  latex: string
  room: number
}

/** What of a print's data is shown in another way than it was `written`, with its place, each once. */
export function findingsIn(
  data: PrintData,
  covered: ReadonlySet<number>,
  written: PrintData = data,
  undrawnMarks: (text: string) => string[] = () => [],
  smallFormulas: readonly SmallFormula[] = [],
): PrintFinding[] {
  const small = new Set(smallFormulas.map(({ latex, room }) => `${room} ${latex}`))
  const found = new Map<string, PrintFinding>()
  const add = (kind: PrintFinding['kind'], place: string, detail: string) => {
    // without what lets it go on in the next line; by characters: half of one is nothing that can be stored
    const signs = [...detail.replaceAll('\u200b', '')]
    const short = signs.length > detailAtMost ? `${signs.slice(0, detailAtMost).join('')}…` : detail
    if (found.size < findingsAtMost)
      found.set(JSON.stringify([kind, place, short]), { kind, place, detail: short })
  }
  /** What a text has many of is told by the first. */
  const addOnce = (kind: 'nesting' | 'table', place: string, detail: string) => {
    const key = `${kind} ${place}`
    if (!told.has(key)) add(kind, place, detail)
    told.add(key)
  }
  const told = new Set<string>()
  const look = (place: string, value: unknown) => {
    const missing = new Set<string>()
    walk(value, (node) => {
      if (typeof node === 'string') {
        for (const sign of node) if (!isShown(sign, covered)) missing.add(sign)
      } else if (typeof node.flat === 'string') addOnce('nesting', place, node.flat)
      else if (node.kind === 'table' && Array.isArray(node.parts) && node.parts.length > 1) {
        addOnce('table', place, `${node.parts.length}`)
      } else if (node.kind === 'math' && node.typst === null) add('formula', place, String(node.latex))
      else if (node.kind === 'math' && small.has(`${String(node.room)} ${String(node.latex)}`))
        add('small', place, String(node.latex))
      else if (node.kind === 'image' && node.path === null) {
        add('picture', place, String(node.alt || node.missing))
      } else if (node.kind === 'image' && node.note) {
        add('appearance', place, String(node.alt || node.note))
      }
    })
    if (missing.size > 0) add('characters', place, [...missing].join(' '))
  }
  const lookForCodes = (place: string, value: unknown) => {
    const codes = new Set<string>()
    walk(value, (node) => {
      if (typeof node !== 'string') return
      for (const code of [...formatCharactersIn(node), ...undrawnMarks(node)]) codes.add(code)
    })
    if (codes.size > 0) add('codes', place, [...codes].join(' '))
  }
  const { documents: texts, points: said, ...front } = written
  lookForCodes('', front)
  for (const document of texts) lookForCodes(showFormatCharacters(document.title), document)
  for (const thread of said) lookForCodes(`#${thread.number}`, thread)
  const { documents, points, pointsTotal, labels: _, ...cover } = data
  look('', cover)
  for (const { title, ...document } of documents) look(title, { title, ...document })
  if (points.length < pointsTotal) add('points', '', `${points.length} / ${pointsTotal}`)
  for (const { isShortened, ...point } of points) {
    if (isShortened) add('comments', `#${point.number}`, 'record.json')
    look(`#${point.number}`, point)
  }
  return [...found.values()]
}

/** What has no sign of its own, such as a space or what chooses a form of the sign before, is missing in no font. */
const isShown = (sign: string, covered: ReadonlySet<number>): boolean =>
  covered.has(sign.codePointAt(0)!) || /[\p{DI}\p{Z}\t\n\r]/u.test(sign)

function walk(value: unknown, see: (node: string | Record<string, unknown>) => void): void {
  if (typeof value === 'string') see(value)
  else if (Array.isArray(value)) for (const one of value) walk(one, see)
  else if (typeof value === 'object' && value !== null) {
    see(value as Record<string, unknown>)
    for (const [key, one] of Object.entries(value)) if (key !== 'typst' && key !== 'path') walk(one, see)
  }
}
