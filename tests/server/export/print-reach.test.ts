import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PrintData } from '../../../server/export/print-data.ts'
import { printData } from '../../../server/export/print-data.ts'
import { print } from '../../../server/export/print.ts'
import { openSigningKey } from '../../../server/signoff/signing-key.ts'
import type { RevisionRecord } from '../../../shared/signoff.ts'
import { lampRecord, lampRevision } from '../signoff/lamp-revision.ts'

/**
 * Security 44, at the compiler itself: even if code of the typesetter came through the translation of a formula, it
 * would reach no file, no package and no network.
 */

let folder: string
let data: PrintData
let connections = 0
const proxy = createServer((socket) => {
  connections++
  socket.destroy()
})
const before = { ...process.env }

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
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  // whatever goes out goes here, if the system is asked how
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY']) {
    process.env[name] = process.env[name.toLowerCase()] = address
  }
  process.env.XDG_DATA_HOME = process.env.XDG_CACHE_HOME = folder
  const key = await openSigningKey(folder)
  const content = { type: 'doc', content: [{ type: 'blockMath', attrs: { latex: 'x^2' } }] }
  const record = {
    ...lampRecord,
    documents: [{ ...lampRecord.documents[0]!, content }],
  } as unknown as RevisionRecord
  const { summary, statements } = lampRevision(key, record)
  data = printData(
    { summary, statements, record } as Parameters<typeof printData>[0],
    key.publicKeySha256,
    'en',
  )
})
afterAll(() => {
  process.env = before
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

test('a package, a file or an address that code names comes to nothing, and nothing is connected to', async () => {
  const nothing = await printed(null)
  for (const code of reaching()) {
    // oxlint-disable-next-line no-await-in-loop -- the compiler does one at a time
    expect((await printed(code)) === nothing, code).toBe(true)
  }
  expect(connections).toBe(0)
}, 120_000)
