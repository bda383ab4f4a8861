import {
  Extension,
  fromString,
  type AnyExtension,
  type Attribute,
  type Attributes,
  type Node,
} from '@tiptap/core'
import { attributeBounds as bounds } from '../attribute-bounds.ts'
import { isSha256 } from '../sha256.ts'
import { isStorable } from '../text/storable.ts'
import { calloutTones } from './callout.ts'
import { listNumbering } from './list-numbers.ts'
import { isSafeLink } from './safe-link.ts'

type IsValid = (value: unknown) => boolean

const isText =
  (longest: number): IsValid =>
  (value) =>
    typeof value === 'string' && value.length <= longest && isStorable(value)

const isNumber =
  (least: number, most: number): IsValid =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most

const isInteger = (least: number, most: number): IsValid => {
  const isBetween = isNumber(least, most)
  return (value) => isBetween(value) && Number.isInteger(value)
}

const isOneOf =
  (...values: readonly unknown[]): IsValid =>
  (value) =>
    values.includes(value)

const orNull =
  (isValid: IsValid): IsValid =>
  (value) =>
    value === null || isValid(value)

const matches =
  (pattern: RegExp): IsValid =>
  (value) =>
    typeof value === 'string' && pattern.test(value)

const isWidth = isNumber(0, bounds.pixels)

const isColumnWidths: IsValid = (value) =>
  Array.isArray(value) && value.length <= bounds.columns && value.every(orNull(isWidth))

const cell = {
  colspan: isInteger(1, bounds.columns),
  rowspan: isInteger(1, bounds.rows),
  colwidth: orNull(isColumnWidths),
  align: orNull(isOneOf('left', 'center', 'right', 'justify', 'start', 'end')),
}

const isWord = orNull(isText(bounds.wordCharacters))

/** What each attribute of the schema may be. A test holds that none is left out. */
const checks: Record<string, Record<string, IsValid>> = {
  heading: { level: isInteger(1, 4) },
  codeBlock: { language: orNull(matches(/^[\w+#.:/@-]{0,64}$/)) },
  // a list pasted with a start that is no number has NaN
  orderedList: {
    start: (value) => Number.isNaN(value) || isInteger(-bounds.number, bounds.number)(value),
    type: isWord,
  },
  taskItem: { checked: isOneOf(true, false) },
  tableCell: cell,
  tableHeader: cell,
  inlineMath: { latex: isText(bounds.formulaCharacters) },
  blockMath: { latex: isText(bounds.formulaCharacters) },
  callout: { tone: isOneOf(...calloutTones) },
  imageFile: {
    sha256: orNull(isSha256),
    alt: isText(bounds.altCharacters),
    width: orNull(isWidth),
  },
  link: {
    href: (value) => isSafeLink(value) && isStorable(value),
    target: isWord,
    rel: isWord,
    class: isWord,
    title: isWord,
  },
}

type Rendered = (attrs: Record<string, unknown>) => Record<string, unknown>

/**
 * What of an attribute reaches a page, where that is not the value as it is: a class or a target would let who writes
 * hide words that are signed, or lay a link over everything. These are the only attributes that take any words.
 */
const rendered: Record<string, Record<string, Rendered | false>> = {
  link: { target: false, rel: false, class: false },
  orderedList: {
    start: (attrs) => ({ start: listNumbering(attrs).start }),
    type: (attrs) => ({ type: listNumbering(attrs).counting }),
  },
}

/**
 * Puts the checks of this file into the attributes of a node, a mark, or all that a kit brings: ProseMirror's own
 * `validate` throws a RangeError for what an attribute may not be, and what is pasted falls back to the default.
 */
export function withChecks<T extends AnyExtension>(extension: T): T {
  if (extension instanceof Extension) return checkedKit(extension) as T
  const own = checks[extension.name]
  if (!own) return extension
  const attributes = {
    addAttributes(this: { parent?: () => Attributes }): Attributes {
      return Object.fromEntries(
        Object.entries(this.parent?.() ?? {}).map(([name, attribute]) => [
          name,
          {
            ...checkedAttribute(name, attribute as Attribute, own[name]),
            ...renderedAs(rendered[extension.name]?.[name]),
          },
        ]),
      )
    },
  }
  return (extension as Node).extend(attributes as object) as T
}

const checkedKit = (kit: Extension): Extension =>
  kit.extend({
    addExtensions() {
      return (this.parent?.() ?? []).map(withChecks)
    },
  })

function renderedAs(how: Rendered | false | undefined): Partial<Attribute> {
  if (how === undefined) return {}
  return how === false ? { rendered: false } : { renderHTML: how }
}

/** Tiptap's own goes through the whole table for each of its cells, to look for widths that no program but Tiptap gives. */
const parseColumnWidths = (element: HTMLElement): unknown =>
  element
    .getAttribute('colwidth')
    ?.split(',')
    .map((width) => parseInt(width, 10)) ?? null

function checkedAttribute(name: string, attribute: Attribute, isValid: IsValid | undefined): Attribute {
  if (!isValid) return attribute
  const parseHTML = name === 'colwidth' ? parseColumnWidths : attribute.parseHTML
  return {
    ...attribute,
    validate: (value: unknown) => {
      if (!isValid(value)) throw new RangeError(`no value for the attribute ${name}`)
    },
    parseHTML: (element) => {
      const value: unknown = parseHTML ? parseHTML(element) : fromString(element.getAttribute(name))
      return isValid(value) ? value : null
    },
  }
}
