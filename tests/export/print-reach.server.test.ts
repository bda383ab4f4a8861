import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PrintData } from '../../server/export/print/print-data.ts'
import { printData } from '../../server/export/print/print-data.ts'
import { print } from '../../server/export/print/print.ts'
import { environmentIn } from '../../server/conversions/confinement.ts'
import { openSigningKey } from '../../server/signoff/signing-key.ts'
import type { RevisionRecord } from '../../shared/signoff.ts'
import { lampRecord, lampRevision } from '../helpers/signoff/lamp-revision.ts'

/**
 * Security 44: code of the typesetter that comes through the translation of a formula is not printed; and even what
 * the compiler would run reaches no file, no package and no network, as it has the environment of converters.
 */

let folder: string
let data: PrintData
let address: string
let connections = 0
const proxy = createServer((socket) => {
  connections++
  socket.destroy()
})

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-reach-'))
  // a package that lies where Typst looks for one, and a file beside
  const place = join(folder, 'typst/packages/local/mine/0.1.0')
  mkdirSync(place, { recursive: true })
  const manifest = '[package]\nname = "mine"\nversion = "0.1.0"\nentrypoint = "lib.typ"\n'
  writeFileSync(join(place, 'typst.toml'), manifest)
  writeFileSync(join(place, 'lib.typ'), '#let told = "from a package"\n')
  writeFileSync(join(folder, 'secret.txt'), 'from a file')
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening))
  address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  const key = await openSigningKey(folder)
  const content = { type: 'doc', content: [{ type: 'blockMath', attrs: { latex: 'x^2' } }] }
  const record = {
    ...lampRecord,
    documents: [{ ...lampRecord.documents[0]!, content }],
  } as unknown as RevisionRecord
  data = printData(lampRevision(key, record), key.publicKeySha256, 'en')
})
afterAll(() => {
  proxy.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The print with this in the place of the translated formula; null as where a formula cannot be printed. */
const printed = async (typst: string | null) => {
  const replaced = JSON.stringify(data, (key, value: unknown) => (key === 'typst' ? typst : value))
  return Buffer.from(await print({ data: JSON.parse(replaced) as PrintData, images: [] } as never)).toString(
    'latin1',
  )
}

test('a formula that can be printed is, and one that cannot is another print', async () => {
  expect(JSON.stringify(data)).toContain('"typst":"')
  expect(await printed('x^2')).not.toBe(await printed(null))
})

const reaching = () => [
  'read("/etc/passwd")',
  'std.read("/etc/passwd")',
  'eval("1")',
  'x #none.at(read("/etc/passwd"))',
  'mat(augment: #(vline: (1, 2)).at(read("/etc/passwd")), x)',
  '"\\\\" #read("/etc/passwd")',
  '#import "@preview/cetz:0.3.4": *',
  '#import "@preview/example:0.1.0": add; #add(1, 2)',
  '#import "@local/mine:0.1.0": told; #told',
  '#{ import "@local/mine:0.1.0": told; told }',
  '#include "/etc/passwd"',
  '#read("/etc/passwd")',
  '#read("../../../../../../etc/passwd")',
  `#read("${folder}/secret.txt")`,
  '#read("secret.txt")',
  '#raw(read("/proc/self/environ"))',
  '#image("/etc/passwd")',
  '#image("http://127.0.0.1/x.png")',
  '#csv("/etc/passwd")',
  '#json("/etc/passwd")',
  '#plugin("/etc/passwd")',
  '#bibliography("/etc/passwd")',
  '#std.read("/etc/passwd")',
  // where a string is none, in a comment or in content
  '/* " */ #import "@local/mine:0.1.0": told; #told /* " */',
  '/* " */ #text(size: 40pt)[Signed by both] /* " */',
  '/* " */ #read("secret.txt") /* " */',
  'x // "\n #read("secret.txt") // "',
  'x /* /* */ " */ #read("secret.txt") "',
  '/**/',
  '[" #read("secret.txt") "]',
  '$ " #read("secret.txt") "$',
  '#true[" #read("secret.txt") "]',
  '`"` #read("secret.txt") `"`',
  '#eval("read(\\"/etc/passwd\\")")',
  '#eval("import \\"@local/mine:0.1.0\\": told; told")',
]

test('a package, a file or an address that a formula’s code names is not printed', async () => {
  const nothing = await printed(null)
  for (const code of reaching()) {
    expect((await printed(code)) === nothing, code).toBe(true)
  }
}, 120_000)

describe('what the compiler itself reaches', () => {
  const ofPackages = '#import "@local/mine:0.1.0": told; #told'
  const ofNetwork = '#import "@preview/cetz:0.3.4": *'
  const ofFiles = () => [
    '#read("/etc/passwd")',
    '#read("../../../../../../etc/passwd")',
    `#read("${folder}/secret.txt")`,
    '#read("../secret.txt")',
    '#raw(read("/proc/self/environ"))',
    '#include "/etc/passwd"',
    '#image("http://127.0.0.1/x.png")',
    '#csv("/etc/passwd")',
    '#plugin("/etc/passwd")',
    '#eval("read(\\"/etc/passwd\\")")',
  ]

  /** Which of these codes it runs, in a process with this environment; and what that connected to. */
  async function reached(codes: string[], environment: NodeJS.ProcessEnv) {
    const workspace = mkdtempSync(join(folder, 'workspace-'))
    const program = join(import.meta.dirname, '../helpers/signoff/reached-by-compiler.ts')
    const args = ['--import', import.meta.resolve('tsx'), program, JSON.stringify({ workspace, codes })]
    const env = { ...environment, PATH: process.env.PATH }
    connections = 0
    const { stdout } = await promisify(execFile)(process.execPath, args, { env })
    return { run: JSON.parse(stdout) as string[], connections }
  }
  const viaProxy = (environment: NodeJS.ProcessEnv) =>
    Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, name.endsWith('_PROXY') ? address : value]),
    )

  test('where the environment lets it: a package of the machine and the network, but no file', async () => {
    const environment = { HTTP_PROXY: address, HTTPS_PROXY: address, XDG_DATA_HOME: folder }
    const { run, connections: made } = await reached([ofPackages, ofNetwork, ...ofFiles()], environment)
    expect(run).toEqual([ofPackages])
    expect(made).toBeGreaterThan(0)
  }, 120_000)

  test('in the environment of converters: nothing', async () => {
    const home = mkdtempSync(join(folder, 'home-'))
    const codes = ['1.8 mm', ofPackages, ofNetwork, ...ofFiles()]
    expect(await reached(codes, environmentIn(home))).toEqual({ run: ['1.8 mm'], connections: 0 })
    // what it asks for goes to where that environment says, which is nowhere, and not past it
    const asked = await reached([ofNetwork], viaProxy(environmentIn(home)))
    expect(asked.run).toEqual([])
    expect(asked.connections).toBeGreaterThan(0)
  }, 120_000)
})
