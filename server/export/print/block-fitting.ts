import type { PrintBlock, PrintInline } from './print-tree.ts'

type Table = Extract<PrintBlock, { kind: 'table' }>

/** Some columns of a table as they are printed: widths in the size of its text, null where the typesetter chooses. */
export interface TablePart {
  widths: (number | null)[]
  cells: Table['cells']
}

/** Lengths are in points of a text of 10 points. The type area is 166 mm wide. */
const page = 470
const inset = 12
/** A run of signs may ask for so much of a column; a longer one is divided. */
const longestRun = 100
/** Below this, a list stands under its marks and not beside them. */
const narrowest = 40
/** Smaller type, before a table is divided. */
const scales = [1, 0.85, 0.7]

/**
 * Gives everything in a document its room on paper, so that nothing is printed over other words or leaves the page: a
 * column is at least as wide as its longest word; a table that is too wide is set smaller, then in parts below each other.
 */
export const fitBlocks = (blocks: PrintBlock[], room = page): PrintBlock[] =>
  blocks.map((block) => fit(block, Math.max(room, inset)))

function fit(block: PrintBlock, room: number): PrintBlock {
  switch (block.kind) {
    case 'paragraph':
      return { ...block, inline: fitInline(block.inline, room) }
    case 'heading':
      return { ...block, inline: fitInline(block.inline, room / 1.8) }
    case 'bullets':
    case 'numbers': {
      const inner = room - markWidth(block)
      const isNarrow = inner < narrowest
      const items = block.items.map((item) => fitBlocks(item, isNarrow ? room : inner))
      return { ...block, isNarrow, items }
    }
    case 'tasks': {
      const items = block.items.map((item) => ({ ...item, blocks: fitBlocks(item.blocks, room - 18) }))
      return { ...block, items }
    }
    case 'quote':
    case 'callout':
      return { ...block, blocks: fitBlocks(block.blocks, room - 24) }
    case 'code':
      return { ...block, text: divided(block.text, room - 20) }
    case 'math':
      return { ...block, room, source: divided(block.latex, room) }
    case 'image':
      return { ...block, alt: divided(block.alt, room), missing: divided(block.missing, room) }
    case 'table':
      return fitTable(block, room)
    default:
      return block
  }
}

function markWidth(block: Extract<PrintBlock, { kind: 'bullets' | 'numbers' }>): number {
  if (block.kind === 'bullets') return 18
  return 12 + largest(block.marks.map(widthOf))
}

function fitInline(inline: PrintInline[], room: number): PrintInline[] {
  let before = 0
  return inline.map((one) => {
    if (one.kind === 'math') {
      before = 0
      const source = divided(one.latex, room)
      // elsewhere a formula in a line goes on in the next one
      return room < page / 2 ? { ...one, source, room } : { ...one, source }
    }
    if (one.kind === 'break') {
      before = 0
      return one
    }
    const text = divided(one.text, room, before)
    before = widthOf(/[^\s\u200b]*$/.exec(text)![0]) + (/[\s\u200b]/.test(text) ? 0 : before)
    return text === one.text ? one : { ...one, text }
  })
}

/** About the width of a sign in the boldest face, or a little more. */
function signWidth(sign: string): number {
  if (/[ijlI.,;:'|!()[\]]/.test(sign)) return 4.2
  if (/[mwMW@%]/.test(sign)) return 11
  if (/[A-Z&#=+<>~_]/.test(sign)) return 8.4
  return sign < '\u0250' ? 7 : 11.5
}

function widthOf(text: string): number {
  let width = 0
  for (const sign of text) width += signWidth(sign)
  return width
}

/** Signs between which no line ends by itself; the typesetter ends one between those of Chinese and its like. */
const unbroken = /[^\s\u200b\u2e80-\uffef]+/g

/** Words that are no block, such as a name or a comment, of which no run is wider than `room`, in a text of 10 points. */
export const fitWords = (text: string, room: number): string => divided(text, room, 0, unbroken)

/** Lets a run of signs that is wider than its room go on in the next line. `before`: what stands before it without a space. */
function divided(text: string, room: number, before = 0, runs = /[^\s\u200b]+/g): string {
  if (before + text.length * 11.5 <= room) return text
  let isFirst = true
  return text.replace(runs, (run, at: number) => {
    const start = isFirst && at === 0 ? before : 0
    isFirst = false
    if (start + widthOf(run) <= room) return run
    let [written, width] = ['', start]
    for (const sign of run) {
      const own = signWidth(sign)
      if (width > 0 && width + own > room) {
        written += '\u200b'
        width = 0
      }
      written += sign
      width += own
    }
    return written
  })
}

/** What blocks ask for at least, and what they would take in one line. */
interface Need {
  least: number
  most: number
}

const needOfAll = (needs: Need[], beside = 0): Need => ({
  least: beside + largest(needs.map(({ least }) => least)),
  most: beside + largest(needs.map(({ most }) => most)),
})

/** Of more than a call takes as arguments. */
const largest = (sizes: number[]): number => sizes.reduce((most, size) => Math.max(most, size), 0)

function needOf(block: PrintBlock): Need {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
      return needOfInline(block.inline, block.kind === 'heading' ? 1.8 : 1)
    case 'bullets':
    case 'numbers':
      return needOfAll(block.items.flat().map(needOf), markWidth(block))
    case 'tasks':
      return needOfAll(block.items.flatMap((item) => item.blocks).map(needOf), 18)
    case 'quote':
    case 'callout':
      return needOfAll(block.blocks.map(needOf), 24)
    case 'code':
      return needOfAll(block.text.split('\n').map(needOfText), 20)
    case 'math': {
      const width = block.latex.length * 6
      return { least: Math.min(longestRun, width), most: width }
    }
    case 'image':
      return { least: 24, most: block.path === null ? page : (block.width ?? page) * 0.75 }
    case 'table': {
      const needs = columnNeeds(block)
      return {
        least: largest(needs.map(({ least }) => least)),
        most: needs.reduce((sum, { most }) => sum + most, 0),
      }
    }
    case 'rule':
      return { least: 0, most: 0 }
  }
}

function needOfText(text: string): Need {
  let least = 0
  for (const run of text.split(/[\s\u200b]+/)) least = Math.max(least, widthOf(run))
  return { least: Math.min(longestRun, least), most: widthOf(text) }
}

function needOfInline(inline: PrintInline[], scale: number): Need {
  let text = ''
  for (const one of inline) {
    text += one.kind === 'text' ? one.text : one.kind === 'break' ? '\n' : 'x'.repeat(one.latex.length)
  }
  const needs = text.split('\n').map(needOfText)
  const { least, most } = needOfAll(needs)
  return { least: least * scale, most: most * scale }
}

/** What each column asks for, its padding with it. */
function columnNeeds(table: Table): Need[] {
  const needs = Array.from({ length: table.columns }, (): Need => ({ least: inset, most: inset }))
  const widest = table.cells.toSorted((one, other) => one.colspan - other.colspan)
  for (const { x, colspan, blocks } of widest) {
    const own = needOfAll(blocks.map(needOf), inset)
    const columns = needs.slice(x, x + colspan)
    for (const bound of ['least', 'most'] as const) {
      const more = (own[bound] - columns.reduce((sum, one) => sum + one[bound], 0)) / colspan
      if (more > 0) for (const one of columns) one[bound] += more
    }
  }
  return needs
}

function fitTable(table: Table, room: number): PrintBlock {
  const needs = columnNeeds(table)
  const sum = (bound: 'least' | 'most') => needs.reduce((all, one) => all + one[bound], 0)
  const scale = scales.find((one) => sum('least') * one <= room) ?? scales.at(-1)!
  const width = room / scale
  const isFree = table.widths.every((one) => one === null) && sum('most') <= width
  const parts: TablePart[] = []
  const partOf: number[] = []
  const starts: number[] = []
  let from = 0
  while (from < table.columns) {
    let [to, taken] = [from + 1, needs[from]!.least]
    while (to < table.columns && taken + needs[to]!.least <= width) taken += needs[to++]!.least
    const widths = isFree
      ? Array.from({ length: to - from }, () => null)
      : shares(table, needs, from, to, width)
    for (let column = from; column < to; column += 1) partOf[column] = parts.length
    starts.push(from)
    parts.push({ widths, cells: [] })
    from = to
  }
  for (const cell of table.cells) {
    const end = cell.x + cell.colspan
    for (let index = partOf[cell.x]!; index < parts.length && starts[index]! < end; index += 1) {
      const { widths, cells } = parts[index]!
      const x = Math.max(0, cell.x - starts[index]!)
      const colspan = Math.min(end - starts[index]!, widths.length) - x
      const own = widths.slice(x, x + colspan).reduce<number>((all, one) => all + (one ?? width), 0)
      // the words of a cell that goes on stand where it begins
      const blocks = cell.x >= starts[index]! ? fitBlocks(cell.blocks, own - inset) : []
      cells.push({ ...cell, x, colspan, blocks })
    }
  }
  return { ...table, cells: [], scale, parts }
}

/** The widths of some columns that together fill the room: as they were set, or by their words, and none below its least. */
function shares(table: Table, needs: Need[], from: number, to: number, room: number): number[] {
  const set = table.widths.slice(from, to)
  const known = set.filter((one) => one !== null)
  const mean = known.reduce((all, one) => all + one, 0) / known.length
  const wanted = needs.slice(from, to).map(({ most }, at) => (known.length > 0 ? (set[at] ?? mean) : most))
  const least = needs.slice(from, to).map((one) => Math.min(one.least, room))
  const isHeld = wanted.map(() => false)
  for (;;) {
    const held = least.reduce((all, one, at) => all + (isHeld[at] ? one : 0), 0)
    const open = wanted.reduce((all, one, at) => all + (isHeld[at] ? 0 : one), 0)
    const given = wanted.map((one, at) => (isHeld[at] ? least[at]! : ((room - held) * one) / open))
    const short = given.map((one, at) => !isHeld[at] && one < least[at]!)
    if (!short.includes(true)) return given
    for (const [at, is] of short.entries()) if (is) isHeld[at] = true
  }
}
