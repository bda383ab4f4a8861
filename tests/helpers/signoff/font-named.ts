/** The signs of a font (TTF) under the name of another family, as a machine may have one that calls itself so. */
export function fontNamed(family: string, font: Buffer): Buffer {
  const records = [
    { id: 1, text: family },
    { id: 2, text: 'Regular' },
    { id: 4, text: family },
    { id: 6, text: `${family.replaceAll(' ', '')}-Regular` },
  ].map(({ id, text }) => ({ id, bytes: Buffer.from(text, 'utf16le').swap16() }))
  const head = Buffer.alloc(6 + 12 * records.length)
  head.writeUInt16BE(records.length, 2)
  head.writeUInt16BE(head.length, 4)
  let offset = 0
  for (const [at, { id, bytes }] of records.entries()) {
    // Windows, Unicode, English
    const fields = [3, 1, 0x04_09, id, bytes.length, offset]
    for (const [field, value] of fields.entries()) head.writeUInt16BE(value, 6 + 12 * at + 2 * field)
    offset += bytes.length
  }
  const table = Buffer.concat([head, ...records.map(({ bytes }) => bytes)])
  const filling = Buffer.alloc((4 - (font.length % 4)) % 4)
  const named = Buffer.concat([font, filling, table])
  for (let at = 0; at < font.readUInt16BE(4); at += 1) {
    const entry = 12 + 16 * at
    if (font.toString('latin1', entry, entry + 4) !== 'name') continue
    named.writeUInt32BE(font.length + filling.length, entry + 8)
    named.writeUInt32BE(table.length, entry + 12)
  }
  return named
}
