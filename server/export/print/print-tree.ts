import type { JSONContent } from '@tiptap/core'
import { calloutTones } from '../../../shared/document/callout.ts'
import { itemMarks } from '../../../shared/document/list-numbers.ts'
import { pictureWidth } from '../../../shared/document/picture-width.ts'
import { isSafeLink } from '../../../shared/document/safe-link.ts'
import type { TablePart } from './block-fitting.ts'
import { layoutTable, type CellAlign } from './table-layout.ts'

/** Inline content as the print template takes it, once `block-fitting.ts` gave it its room. `typst` is null where the formula is printed as its source. */
export type PrintInline =
  | { kind: 'text'; text: string; href: string | null; marks: string[] }
  | { kind: 'break' }
  | { kind: 'math'; latex: string; typst: string | null; source?: string; room?: number }

/** Block content as the print template takes it; lengths in CSS pixels. `flat`: its first words, where it lost its depth. */
export type PrintBlock = AnyBlock & { flat?: string }

type AnyBlock =
  | { kind: 'paragraph'; inline: PrintInline[] }
  | { kind: 'heading'; level: number; inline: PrintInline[] }
  | { kind: 'bullets'; isNarrow?: boolean; items: PrintBlock[][] }
  | { kind: 'numbers'; isNarrow?: boolean; marks: string[]; items: PrintBlock[][] }
  | { kind: 'tasks'; items: { checked: boolean; blocks: PrintBlock[] }[] }
  | { kind: 'quote'; blocks: PrintBlock[] }
  | { kind: 'callout'; tone: string; blocks: PrintBlock[] }
  | { kind: 'code'; text: string }
  | { kind: 'math'; latex: string; typst: string | null; source?: string; room?: number }
  | {
      kind: 'image'
      path: string | null
      alt: string
      width: number | null
      missing: string
      exceeding: string
      differing: string
      /** Under the picture, where there is something to say of how it looks. */
      note?: string
    }
  | { kind: 'rule' }
  | {
      kind: 'table'
      columns: number
      headerRows: number
      widths: (number | null)[]
      scale?: number
      parts?: TablePart[]
      cells: {
        x: number
        y: number
        colspan: number
        rowspan: number
        header: boolean
        align: CellAlign
        blocks: PrintBlock[]
      }[]
    }

export interface PrintNeeds {
  /** Typst mathematics for a LaTeX source, or null when it cannot be converted. */
  math(latex: string): string | null
  /** The picture's path for the compiler, and the words to print when it cannot be shown, is beyond the budget, or looks otherwise elsewhere. */
  image(sha256: unknown): { path: string | null; missing: string; exceeding: string; differing: string }
}

/**
 * So deep paper has room and the typesetter calls: what is deeper is printed one below the other, with its marks and
 * boxes, and is told in the findings.
 */
const deepest = 12

/** Turns a frozen document into plain data for the print template. What a person typed stays data, never markup. */
export function printTree(content: JSONContent, needs: PrintNeeds): PrintBlock[] {
  const blocks = (nodes: JSONContent[] | undefined, depth: number): PrintBlock[] =>
    (nodes ?? []).flatMap((node) => block(node, depth))

  const items = (node: JSONContent, depth: number) =>
    (node.content ?? []).map((item) => blocks(item.content, depth + 1))

  const block = (node: JSONContent, depth: number): PrintBlock[] => {
    const attrs: Record<string, unknown> = node.attrs ?? {}
    if (depth > deepest && node.content?.some(holdsBlocks)) {
      const isKept = node.type === 'table' && depth === deepest + 1
      if (!isKept) return flattened(node, depth)
    }
    switch (node.type) {
      case 'paragraph':
        return [{ kind: 'paragraph', inline: inlines(node, needs) }]
      case 'heading': {
        const level = [1, 2, 3, 4].includes(attrs.level as number) ? (attrs.level as number) : 4
        return [{ kind: 'heading', level, inline: inlines(node, needs) }]
      }
      case 'bulletList':
        return [{ kind: 'bullets', items: items(node, depth) }]
      case 'orderedList':
        return [{ kind: 'numbers', marks: itemMarks(node), items: items(node, depth) }]
      case 'taskList':
        return [
          {
            kind: 'tasks',
            items: (node.content ?? []).map((item) => ({
              checked: item.attrs?.checked === true,
              blocks: blocks(item.content, depth + 1),
            })),
          },
        ]
      case 'blockquote':
        return [{ kind: 'quote', blocks: blocks(node.content, depth + 1) }]
      case 'callout':
        return [{ kind: 'callout', tone: toneOf(node), blocks: blocks(node.content, depth + 1) }]
      case 'codeBlock':
        return [{ kind: 'code', text: (node.content ?? []).map((child) => child.text ?? '').join('') }]
      case 'blockMath': {
        const latex = String(attrs.latex ?? '')
        return [{ kind: 'math', latex, typst: needs.math(latex) }]
      }
      case 'imageFile': {
        const width = pictureWidth(attrs.width)
        return [{ kind: 'image', alt: String(attrs.alt ?? ''), width, ...needs.image(attrs.sha256) }]
      }
      case 'horizontalRule':
        return [{ kind: 'rule' }]
      case 'table': {
        const layout = layoutTable(node)
        if (layout.columns === 0) return []
        return [
          {
            kind: 'table',
            columns: layout.columns,
            headerRows: layout.headerRows,
            widths: layout.widths,
            cells: layout.cells.map((cell) => ({
              x: cell.column,
              y: cell.row,
              colspan: cell.columnSpan,
              rowspan: cell.rowSpan,
              header: cell.header,
              align: cell.align ?? 'left',
              blocks: blocks(cell.content, depth + 1),
            })),
          },
        ]
      }
      default:
        return blocks(node.content, depth)
    }
  }
  /** A container's own blocks under its mark, and what they hold of others behind it. */
  const flattened = (node: JSONContent, depth: number): PrintBlock[] => {
    const isList = ['bulletList', 'orderedList', 'taskList'].includes(node.type ?? '')
    const holders = isList ? (node.content ?? []) : [node]
    const marks = node.type === 'orderedList' ? itemMarks(node) : []
    const flat = firstWords(node)
    const all = holders.flatMap((holder, index): PrintBlock[] => {
      const children = holder.content ?? []
      const first = children.findIndex(holdsBlocks)
      const own = blocks(children.slice(0, first < 0 ? undefined : first), depth)
      const behind = first < 0 ? [] : blocks(children.slice(first), depth)
      const marked = ((): PrintBlock[] => {
        switch (node.type) {
          case 'bulletList':
            return [{ kind: 'bullets', items: [own] }]
          case 'orderedList':
            return [{ kind: 'numbers', marks: [marks[index]!], items: [own] }]
          case 'taskList':
            return [{ kind: 'tasks', items: [{ checked: holder.attrs?.checked === true, blocks: own }] }]
          case 'callout':
            return [{ kind: 'callout', tone: toneOf(node), blocks: own }]
          case 'blockquote':
            return own.length > 0 ? [{ kind: 'quote', blocks: own }] : []
          default:
            return own
        }
      })()
      return [...marked, ...behind]
    })
    return all.map((one, index) => (index === 0 ? { ...one, flat } : one))
  }
  return blocks(content.content, 0)
}

const holdsBlocks = (node: JSONContent): boolean =>
  node.content?.some((child) => child.type !== 'text' && child.content !== undefined) ?? false

const firstWords = (node: JSONContent): string =>
  node.text ?? (node.content ?? []).map(firstWords).find((words) => words !== '') ?? ''

const toneOf = ({ attrs }: JSONContent) => calloutTones.find((one) => one === attrs?.tone) ?? 'note'

function inlines(node: JSONContent, needs: PrintNeeds): PrintInline[] {
  return (node.content ?? []).flatMap((child): PrintInline[] => {
    if (child.type === 'hardBreak') return [{ kind: 'break' }]
    if (child.type === 'inlineMath') {
      const latex = String(child.attrs?.latex ?? '')
      return [{ kind: 'math', latex, typst: needs.math(latex) }]
    }
    if (child.type !== 'text') return []
    const marks = child.marks ?? []
    const href: unknown = marks.find((mark) => mark.type === 'link')?.attrs?.href
    return [
      {
        kind: 'text',
        text: child.text ?? '',
        href: isSafeLink(href) ? href : null,
        marks: marks.map((mark) => mark.type),
      },
    ]
  })
}

/** Lets a run of over 40 signs without a space break at the line's end, instead of leaving the page. */
export const breakable = (text: string): string =>
  text.replace(/[!-~]{40,}/g, (run) => run.replace(/.{20}(?=.)/g, '$&\u200b'))
