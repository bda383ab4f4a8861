import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The code points that the fonts (TTF) in a folder have a sign for. */
export function coverageOf(folder: string): Set<number> {
  const covered = new Set<number>()
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.ttf'))) {
    addCoverage(readFileSync(join(folder, name)), covered)
  }
  return covered
}

/** Reads a font's `cmap` table: its full map (format 12) where there is one, else that of the basic plane (format 4). */
function addCoverage(font: Buffer, covered: Set<number>): void {
  const tables = font.readUInt16BE(4)
  for (let table = 0; table < tables; table += 1) {
    const entry = 12 + table * 16
    if (font.toString('latin1', entry, entry + 4) !== 'cmap') continue
    const cmap = font.readUInt32BE(entry + 8)
    for (let map = 0; map < font.readUInt16BE(cmap + 2); map += 1) {
      const at = cmap + font.readUInt32BE(cmap + 8 + map * 8)
      const format = font.readUInt16BE(at)
      if (format === 12) addGroups(font, at, covered)
      else if (format === 4) addSegments(font, at, covered)
    }
  }
}

function addGroups(font: Buffer, at: number, covered: Set<number>): void {
  for (let group = 0; group < font.readUInt32BE(at + 12); group += 1) {
    const from = font.readUInt32BE(at + 16 + group * 12)
    const to = font.readUInt32BE(at + 20 + group * 12)
    for (let codePoint = from; codePoint <= to; codePoint += 1) covered.add(codePoint)
  }
}

function addSegments(font: Buffer, at: number, covered: Set<number>): void {
  const doubled = font.readUInt16BE(at + 6)
  for (let segment = 0; segment < doubled; segment += 2) {
    const to = font.readUInt16BE(at + 14 + segment)
    const from = font.readUInt16BE(at + 16 + doubled + segment)
    for (let codePoint = from; codePoint <= to && codePoint < 0xff_ff; codePoint += 1) covered.add(codePoint)
  }
}
