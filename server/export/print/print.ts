import { mkdtempSync, rmdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import { Refusal } from '../../../shared/errors.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import { showFormatCharacters } from '../../../shared/text/format-characters.ts'
import type { PrintFinding } from '../../../shared/signoff.ts'
import { inFull } from '../../signoff/in-full.ts'
import { coverageOf } from './font-coverage.ts'
import { fitBlocks, fitWords } from './block-fitting.ts'
import { findingsIn, type SmallFormula } from './print-findings.ts'
import { printData, type PrintData } from './print-data.ts'
import { preparePictures, type PrintedPictures } from './printed-pictures.ts'
import { breakable } from './print-tree.ts'
import { printTemplate } from './print-template.ts'
import type { PrintJob, TrialJob } from './typeset.ts'
import { showUndrawnMarks, undrawnMarksIn } from './undrawn-marks.ts'
import { formulasIn, triedFormulas, usableFormulas } from './formula-check.ts'

const faces: [packageName: string, faces: string[]][] = [
  ['@expo-google-fonts/inter', ['400Regular', '400Regular_Italic', '700Bold', '700Bold_Italic']],
  ['@expo-google-fonts/noto-sans-sc', ['400Regular', '700Bold']],
  ['@expo-google-fonts/noto-sans-symbols', ['400Regular', '700Bold']],
  ['@expo-google-fonts/noto-sans-symbols-2', ['400Regular']],
  ['@expo-google-fonts/noto-sans-math', ['400Regular']],
]
const require = createRequire(import.meta.url)
const fontPaths = faces.flatMap(([name, folders]) => {
  const home = dirname(require.resolve(`${name}/package.json`))
  return folders.map((folder) => join(home, folder))
})

/**
 * Prints one job, in a converter process. The compiler may read below its workspace: an empty folder, with the job's
 * pictures laid over it in memory.
 */
export const print = async (job: PrintJob): Promise<Uint8Array> => (await printWhole(job)).pdf

/**
 * Prints a revision on trial in one language, in a converter process, and tells what the print shows in another way than
 * the text; that does not depend on the language.
 */
export async function tryPrint(job: TrialJob): Promise<PrintFinding[]> {
  const { data, written, smallFormulas } = await printWhole(job)
  covered ??= new Set(fonts().flatMap((font) => [...font]))
  return findingsIn(data, covered, written, (text) => undrawnMarksIn(text, fonts), smallFormulas)
}

/** The code points of each family. */
const fonts = (): Set<number>[] => (coverage ??= fontPaths.map(coverageOf))
let coverage: Set<number>[] | undefined
let covered: Set<number> | undefined

async function printWhole(job: PrintJob): Promise<Printed & { written: PrintData }> {
  const pictures = await preparePictures(job.images, job.budget ?? defaultLimits)
  const workspace = mkdtempSync(join(tmpdir(), 'print-'))
  try {
    const written = dataOf(job)
    return { ...printIn(workspace, written, pictures), written }
  } finally {
    rmdirSync(workspace)
  }
}

function dataOf(job: PrintJob): PrintData {
  if ('data' in job) return job.data
  const { revision, publicKeySha256, locale } = job
  return printData(inFull(revision), publicKeySha256, locale)
}

/**
 * Hides the fonts of the machine from compilers of this process: what is printed must not depend on them, and one of a
 * family that we name would come before the compiler's own. Where no file names a folder, compilers look for fonts in the
 * system's, so the process that prints writes its own, which it can read whatever account it has.
 */
function hideFonts(): void {
  process.env.FONTCONFIG_FILE = noFonts ??= noFontsFile()
}
let noFonts: string | undefined
function noFontsFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fonts-'))
  const file = join(folder, 'fonts.conf')
  writeFileSync(file, `<?xml version="1.0"?><fontconfig><dir>${join(folder, 'none')}</dir></fontconfig>`)
  return file
}

/** What the typesetter says of its failure is for the operator. */
const detailAtMost = 500

interface Printed {
  pdf: Uint8Array
  /** As it was printed: what could not be used is null in it. */
  data: PrintData
  /** Formulas that were made smaller than one reads, each with its room. */
  smallFormulas: SmallFormula[]
}

/** The compiler as every print has it: it may read below `workspace`, and has our fonts. */
export function compilerIn(workspace: string): NodeCompiler {
  hideFonts()
  return NodeCompiler.create({ workspace, fontArgs: [{ fontPaths }] })
}

function printIn(workspace: string, data: PrintData, pictures: PrintedPictures): Printed {
  const compiler = compilerIn(workspace)
  const compiles = (mainFileContent: string, input: string): boolean =>
    !compiler.compile({ mainFileContent, inputs: { input } }).hasError()

  // One bad formula or picture would stop the whole print: they are tried first.
  const isTried = (formulas: string[]) => compiles(triedFormulas, JSON.stringify(formulas))
  const formulas = usableFormulas(formulasIn(data), isTried)
  const tried = new Map<string, boolean>()
  const isUsablePicture = (path: string): boolean => {
    if (!tried.has(path)) tried.set(path, compiles('#image(sys.inputs.input)', path))
    return tried.get(path)!
  }
  for (const { path, bytes } of pictures.printed)
    compiler.mapShadow(join(workspace, path), Buffer.from(bytes))
  const json = JSON.stringify(data, function (this: { kind?: unknown }, key, value: unknown) {
    if (key === 'typst' && typeof value === 'string') return formulas.has(value) ? value : null
    if (isPicture(value) && pictures.exceeding.has(value.path)) {
      return { ...value, path: null, missing: value.exceeding }
    }
    if (isPicture(value)) {
      const width = value.width ?? pictures.widths.get(value.path) ?? null
      return { ...value, width, note: pictures.differing.has(value.path) ? value.differing : '' }
    }
    if (key === 'path' && typeof value === 'string') {
      if (pictures.unreadable.has(value)) return null
      return isUsablePicture(value) ? value : null
    }
    // a number that is printed is the number that was written
    if (typeof value !== 'string') return value
    const shown = showUndrawnMarks(showFormatCharacters(value), fonts)
    return key === 'text' && this.kind === 'text' ? breakable(shown) : shown
  })

  const shown = JSON.parse(json) as PrintData
  fitFront(shown)
  for (const document of shown.documents) document.blocks = fitBlocks(document.blocks)

  const inputs = { data: JSON.stringify(shown) }
  const compiled = compiler.compile({ mainFileContent: printTemplate, inputs })
  if (!compiled.result) {
    const found = compiled.takeDiagnostics()
    // the same again whenever it is tried: no fault of the machine
    const detail = JSON.stringify(found?.shortDiagnostics ?? null).slice(0, detailAtMost)
    throw new Refusal('unprintable', { place: '', detail })
  }
  const found = { selector: '<small-formula>', field: 'value' }
  const smallFormulas = compiler.query(compiled.result, found) as SmallFormula[]
  return { pdf: compiler.pdf(compiled.result), data: shown, smallFormulas }
}

/**
 * Gives all that people wrote outside of the texts its room, which goes by the narrowest place that the template has for
 * it and by the size of its letters there: nothing leaves the page, or lies over what another field says.
 */
function fitFront(data: PrintData): void {
  data.project = fitWords(data.project, 175)
  data.owner = fitWords(data.owner, 215)
  data.description = fitWords(data.description, 215)
  for (const role of data.roles) role.names = fitWords(role.names, 100)
  for (const document of data.documents) document.title = fitWords(document.title, 250)
  for (const thread of data.points) {
    for (const field of ['facts', 'quote', 'proposed', 'closed'] as const) {
      thread[field] = fitWords(thread[field], 400)
    }
    for (const said of thread.comments) {
      said.name = fitWords(said.name, 300)
      said.body = fitWords(said.body, 400)
    }
  }
  for (const one of data.signatures) {
    one.name = fitWords(one.name, 310)
    one.firm = fitWords(one.firm, 310)
  }
}

interface Picture {
  path: string
  width: number | null
  exceeding: string
  differing: string
}

const isPicture = (value: unknown): value is Picture =>
  typeof value === 'object' && value !== null && 'exceeding' in value && 'path' in value
