/**
 * What values of the document schema may be at most. They are part of the schema and the same on every server, as a
 * browser holds to them too; they only ever grow.
 */
export const attributeBounds = {
  /** A sheet pasted from a spreadsheet has a title over all of its columns; browsers draw more than this badly. */
  columns: 100,
  /** A cell over a thousand rows is a table of forty pages. */
  rows: 1_000,
  /** Widths in CSS pixels: five of the widest screens. */
  pixels: 20_000,
  /** The number a list starts with: a drawing's part numbers have seven digits. */
  number: 2_147_483_647,
  /** Words about a picture: a page. */
  altCharacters: 2_000,
  /** A formula of three pages; typesetting grows faster than its length. */
  formulaCharacters: 5_000,
  /** A link's title, or a class that came with a paste. */
  wordCharacters: 2_000,
} as const
