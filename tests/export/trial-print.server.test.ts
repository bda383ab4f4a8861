import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createTrial } from '../../server/export/print/trial-print.ts'
import type { TrialJob } from '../../server/export/print/typeset.ts'
import { openFileStore } from '../../server/files/folder-store.ts'
import type { FileStore } from '../../server/files/store.ts'
import type { Converter, Task } from '../../server/conversions/task.ts'
import { defaultLimits } from '../../shared/limits.ts'
import { Refusal } from '../../shared/errors.ts'
import type { RevisionRecord } from '../../shared/signoff.ts'
import { openTestConverter } from '../helpers/conversions/converter.ts'
import { lampRecord } from '../helpers/signoff/lamp-revision.ts'

const by = { projectId: 'p-lamp', userId: 'u-lin' }
const folder = mkdtempSync(join(tmpdir(), 'countersign-trial-'))
let converter: Converter
let store: FileStore
beforeAll(async () => {
  converter = openTestConverter()
  store = await openFileStore(folder)
})
afterAll(async () => {
  await converter.stop()
  rmSync(folder, { recursive: true, force: true })
})

const documents = (...texts: [title: string, content: object[]][]): RevisionRecord => ({
  ...lampRecord,
  files: [],
  threads: [],
  documents: texts.map(([title, content], index) => ({
    id: `d-${index}`,
    kind: 'spec',
    title,
    content: { type: 'doc', content },
  })),
})
const words = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] })
const cell = (text: string) => ({ type: 'tableCell', content: [words(text)] })
const formula = (latex: string) => ({ type: 'blockMath', attrs: { latex } })

/** Prints nothing: refuses each job whose record holds one of the words. */
const refusing = (code: 'conversion_too_long' | 'too_many_conversions', ...held: string[]) => ({
  run: async <Input, Output>(_: Task<Input, Output>, input: Input): Promise<Output> => {
    const { recordJson } = (await (input as () => Promise<TrialJob>)()).revision
    if (held.some((word) => Buffer.from(recordJson).includes(word))) throw new Refusal(code)
    return [] as Output
  },
})

describe('what cannot be printed is told before anybody signs (issue 10.5)', () => {
  test('formulas that stay source, pictures that are not there and characters that no font has, with their place', async () => {
    const record = documents(
      ['壁厚 Spec', [formula('\\frac{1}{2}'), formula('\\hspace{-9em}x'), words('Wall 𓀀 2.5 mm ⌀ 壁厚 Ⓜ ✓')]],
      ['Brief', [{ type: 'imageFile', attrs: { sha256: 'f'.repeat(64), alt: 'Section', width: null } }]],
    )
    expect(await createTrial(converter, store, defaultLimits)(record, by)).toEqual([
      { kind: 'formula', place: '壁厚 Spec', detail: '\\hspace{-9em}x' },
      { kind: 'characters', place: '壁厚 Spec', detail: '𓀀' },
      { kind: 'picture', place: 'Brief', detail: 'Section' },
    ])
  }, 90_000)

  test('what only one language draws otherwise is told as well, and what both draw so is told once', async () => {
    const both = { kind: 'picture', place: 'Brief', detail: 'Section' }
    const ofLocale = {
      en: { kind: 'characters', place: 'Spec', detail: 'ⱥ' },
      'zh-CN': { kind: 'small', place: 'Spec', detail: 'x' },
    }
    const run = async (_task: unknown, given: () => Promise<TrialJob>) => [
      both,
      ofLocale[(await given()).locale],
    ]
    const trial = createTrial({ run: run as Converter['run'] }, store, defaultLimits)
    const found = await trial(documents(['Spec', [words('Wall')]]), by)
    expect(found).toHaveLength(3)
    expect(found).toEqual(expect.arrayContaining([both, ofLocale.en, ofLocale['zh-CN']]))
  })

  test('a formula that had to be made smaller than one reads, and none that is only wide', async () => {
    const sum = (terms: number) => Array.from({ length: terms }, (_, at) => `x_{${at}}`).join(' + ')
    const [wide, wider] = [`\\sqrt{${sum(20)}}`, `\\sqrt{${sum(40)}}`]
    const record = documents(['Spec', [formula(wide), formula(wider)]], ['Brief', [formula('x^2')]])
    expect(await createTrial(converter, store, defaultLimits)(record, by)).toEqual([
      { kind: 'small', place: 'Spec', detail: `${wider.slice(0, 80)}…` },
    ])
  })

  test('characters that turn or hide others, as codes, wherever they stand', async () => {
    const record = documents(
      ['Wall \u{202e}8.0\u{202c}', [words('Wall \u{202e}0.8\u{202c} mm, \u{2067}0.8 - 3.1\u{2069} mm')]],
      ['Brief', [words('ارتفاع المصباح 0.8 مم, क्‍ष, 👩‍🔧, a\u{e0041}b')]],
    )
    expect(await createTrial(converter, store, defaultLimits)(record, by)).toEqual(
      expect.arrayContaining([
        {
          kind: 'codes',
          place: 'Wall ⟦U+202E⟧8.0⟦U+202C⟧',
          detail: '⟦U+202E⟧ ⟦U+202C⟧ ⟦U+2067⟧ ⟦U+2069⟧',
        },
        { kind: 'codes', place: 'Brief', detail: '⟦U+E0041⟧' },
      ]),
    )
  })

  test('scripts that no font of the print has, and characters for private use or for none (issue 10.5)', async () => {
    const record = documents(
      ['Spec', [words('רוחב 10 - 20')]],
      ['Brief', [words('Own \u{e000} and unassigned \u{378} signs')]],
    )
    expect(await createTrial(converter, store, defaultLimits)(record, by)).toEqual([
      { kind: 'codes', place: 'Brief', detail: '⟦U+E000⟧' },
      { kind: 'characters', place: 'Spec', detail: 'ר ו ח ב' },
      { kind: 'characters', place: 'Brief', detail: '\u{378}' },
    ])
  })

  test('a sign over a digit that no font draws there takes no digit with it, and is told with it (issue 10.5)', async () => {
    const record = documents(['Spec', [words('Wall 2.5\u0336 mm, 壁\u0301, e\u0301, x\u0304')]])
    expect(await createTrial(converter, store, defaultLimits)(record, by)).toEqual([
      { kind: 'codes', place: 'Spec', detail: '5⟦U+0336⟧' },
    ])
  })

  test('a table that is printed in parts, and what is nested too deeply for paper (issue 10.5)', async () => {
    const row = { type: 'tableRow', content: Array.from({ length: 60 }, () => cell('39.25 mm')) }
    let deep: object = words('the innermost')
    for (let level = 0; level < 20; level += 1) deep = { type: 'blockquote', content: [words('outer'), deep] }
    const record = documents(['Spec', [{ type: 'table', content: [row] }]], ['Brief', [deep]])
    expect(await createTrial(converter, store, defaultLimits)(record, by)).toEqual([
      { kind: 'table', place: 'Spec', detail: '4' },
      { kind: 'nesting', place: 'Brief', detail: 'outer' },
    ])
  })

  test('a record of plain words has nothing to be told', async () => {
    const record = documents(['Brief', [words('一盏会被修理的灯。 A lamp that is repaired.')]])
    expect(await createTrial(converter, store, defaultLimits)(record, by)).toEqual([])
  })

  test('what does not print is refused with the document that does not', async () => {
    const record = documents(
      ['One', [words('fine')]],
      ['Two', [words('endless')]],
      ['Three', [words('fine')]],
    )
    const trial = createTrial(refusing('conversion_too_long', 'endless'), store, defaultLimits)
    await expect(trial(record, by)).rejects.toMatchObject({ code: 'unprintable', params: { place: 'Two' } })
    expect(await trial(documents(['One', [words('fine')]]), by)).toEqual([])
  })

  test('R10: no picture is read before the print is let in', async () => {
    const read = vi.spyOn(store, 'read')
    const run = () => Promise.reject(new Refusal('too_many_conversions'))
    const trial = createTrial({ run }, store, defaultLimits)
    await expect(trial(lampRecord, by)).rejects.toMatchObject({ code: 'too_many_conversions' })
    expect(lampRecord.files.length).toBeGreaterThan(0)
    expect(read).not.toHaveBeenCalled()
    read.mockRestore()
  })

  test('a server that is busy is no fault of the text', async () => {
    const trial = createTrial(refusing('too_many_conversions', 'fine'), store, defaultLimits)
    await expect(trial(documents(['One', [words('fine')]]), by)).rejects.toMatchObject({
      code: 'too_many_conversions',
    })
  })
})
