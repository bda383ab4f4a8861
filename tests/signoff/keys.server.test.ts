import { generateKeyPairSync } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openSigningKey, type SigningKeyFailure } from '../../server/signoff/signing-key.ts'

/** A key that signatures depend on is never made anew, and what is wrong with it is said before anything starts. */

function newFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-keys-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return { folder, path: join(folder, 'keys/signing-key.pem') }
}

const codeOf = (opening: Promise<unknown>) =>
  opening.then(
    () => 'opened',
    (error: SigningKeyFailure) => error.code,
  )

test('a missing key: made where nothing was signed, told where something was', async () => {
  const { folder, path } = newFolder()
  expect(await codeOf(openSigningKey(folder, { signedWith: new Set(['ab'.repeat(32)]) }))).toBe(
    'signing_key_missing',
  )
  expect(existsSync(path)).toBe(false)
  const { publicKeySha256 } = await openSigningKey(folder)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const again = await openSigningKey(folder, { signedWith: new Set([publicKeySha256]) })
  expect(again.publicKeySha256).toBe(publicKeySha256)
  rmSync(path)
  expect(await codeOf(openSigningKey(folder, { signedWith: new Set([publicKeySha256]) }))).toBe(
    'signing_key_missing',
  )
  expect(existsSync(path)).toBe(false)
})

test('a torn, empty or other key file is told and left as it is, also where nothing was signed', async () => {
  const { folder, path } = newFolder()
  await openSigningKey(folder)
  const whole = readFileSync(path, 'utf8')
  const other = generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  for (const torn of ['', whole.slice(0, whole.length / 2), whole.slice(10), 'not a key', other]) {
    writeFileSync(path, torn)
    expect(await codeOf(openSigningKey(folder))).toBe('signing_key_torn')
    expect(readFileSync(path, 'utf8')).toBe(torn)
  }
})

test('one that cannot be read is told', async () => {
  const { folder, path } = newFolder()
  mkdirSync(path, { recursive: true })
  expect(await codeOf(openSigningKey(folder))).toBe('signing_key_unreadable')

  // former keys that cannot be looked at are not none: what they signed would be called foreign
  const other = newFolder()
  await openSigningKey(other.folder)
  writeFileSync(join(other.folder, 'keys/former'), '')
  expect(await codeOf(openSigningKey(other.folder))).toBe('signing_key_unreadable')
})

test('a foreign key is told, unless the operator vouches for the one that signed', async () => {
  const { folder } = newFolder()
  const other = newFolder()
  const former = await openSigningKey(other.folder)
  await openSigningKey(folder)
  const signedWith = new Set([former.publicKeySha256])
  expect(await codeOf(openSigningKey(folder, { signedWith }))).toBe('signing_key_foreign')
  mkdirSync(join(folder, 'keys/former'))
  writeFileSync(join(folder, 'keys/former/2025.pem'), former.publicKeyPem)
  const key = await openSigningKey(folder, { signedWith })
  expect(key.vouchesFor(former.publicKeySha256)).toBe(true)
  expect(key.vouchesFor('ab'.repeat(32))).toBe(false)
  writeFileSync(join(folder, 'keys/former/2025.pem'), 'torn')
  expect(await codeOf(openSigningKey(folder, { signedWith }))).toBe('signing_key_torn')
})

test('a key that others can read is warned of', async () => {
  const { folder, path } = newFolder()
  await openSigningKey(folder)
  chmodSync(path, 0o644)
  const warned: string[] = []
  await openSigningKey(folder, { warn: (problem) => void warned.push(problem) })
  expect(warned).toEqual(['key_open_to_others'])
})
