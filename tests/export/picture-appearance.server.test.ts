import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { crc32, deflateSync, inflateSync } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, expect, test } from 'vitest'
import { preparePictures } from '../../server/export/print/printed-pictures.ts'
import { printData } from '../../server/export/print/print-data.ts'
import { openTypesetter, trialTask } from '../../server/export/print/typeset.ts'
import { measureImage } from '../../server/files/image.ts'
import { canonicalJson, sha256Hex } from '../../server/trail/canonical.ts'
import { defaultLimits } from '../../shared/limits.ts'
import { openTestConverter } from '../helpers/conversions/converter.ts'
import { testKey } from '../helpers/signoff/fixture-parts.ts'
import { lampRecord, lampRevision } from '../helpers/signoff/lamp-revision.ts'

// What two people saw on their screens is what they sign: a picture that shows something else on paper is told before.

const converter = openTestConverter()
afterAll(() => converter.stop())

const edge = 64
const plain = (background: string) =>
  sharp({ create: { width: edge, height: edge, channels: 3, background } })
const [red, green] = ['#ff0000', '#00ff00']

const u32 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, at) => bytes.writeUInt32BE(value, at * 4))
  return bytes
}
const chunk = (name: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  return Buffer.concat([u32(data.length), body, u32(crc32(body))])
}

const pixelsAt = (png: Buffer): number => png.indexOf('IDAT') - 4

/** A PNG with chunks put before its pixels, and others behind them. */
const withChunks = (png: Buffer, before: Buffer[], behind: Buffer[] = []): Buffer => {
  const [at, end] = [pixelsAt(png), png.indexOf('IEND') - 4]
  return Buffer.concat([png.subarray(0, at), ...before, png.subarray(at, end), ...behind, png.subarray(end)])
}

/** A PNG that shows red to whoever does not know that it moves, and on the screen nothing but green. */
async function hiddenRed(): Promise<Buffer> {
  const [first, second] = await Promise.all([red, green].map((one) => plain(one).png().toBuffer()))
  const shown = second!.subarray(pixelsAt(second!) + 8, second!.indexOf('IEND') - 8)
  const frame = Buffer.concat([u32(0, edge, edge, 0, 0), Buffer.from([0, 60, 0, 1, 0, 0])])
  const behind = [chunk('fcTL', frame), chunk('fdAT', Buffer.concat([u32(1), shown]))]
  return withChunks(first!, [chunk('acTL', u32(1, 1))], behind)
}

/** A PNG whose profile takes red for blue. */
async function swappedProfile(): Promise<Buffer> {
  const png = await plain(red).withIccProfile('srgb').png().toBuffer()
  const at = png.indexOf('iCCP') + 4
  const data = png.subarray(at, at + png.readUInt32BE(at - 8))
  const profile = Buffer.from(inflateSync(data.subarray(data.indexOf(0) + 2)))
  const place = (tag: string) => profile.indexOf(tag, 132) + 4
  const [ofRed, ofBlue] = [place('rXYZ'), place('bXYZ')]
  const kept = Buffer.from(profile.subarray(ofRed, ofRed + 8))
  profile.copy(profile, ofRed, ofBlue, ofBlue + 8)
  kept.copy(profile, ofBlue)
  const own = chunk('iCCP', Buffer.concat([Buffer.from('x\0\0'), deflateSync(profile)]))
  return withChunks(await plain(red).png().toBuffer(), [own])
}

const moving = (format: 'gif' | 'webp') =>
  Promise.all([red, green].map((one) => plain(one).png().toBuffer())).then((frames) =>
    sharp(frames, { join: { animated: true } })
      .toFormat(format, { delay: [20, 60_000], loop: 1 })
      .toBuffer(),
  )
const grey = () => plain('#808080').png().toBuffer()
const swappedPlaces = [31_270, 32_900, 15_000, 6_000, 30_000, 60_000, 64_000, 33_000]

const different: [name: string, make: () => Promise<Buffer>][] = [
  ['a GIF that moves', () => moving('gif')],
  ['a WebP that moves', () => moving('webp')],
  ['a PNG that moves, and shows its first image to nobody', hiddenRed],
  ['a PNG that a gamma makes black', async () => withChunks(await grey(), [chunk('gAMA', u32(2_000))])],
  [
    'a PNG whose red is blue',
    async () => withChunks(await plain(red).png().toBuffer(), [chunk('cHRM', u32(...swappedPlaces))]),
  ],
  [
    'a PNG that names other colours by number',
    async () => withChunks(await grey(), [chunk('cICP', Uint8Array.of(9, 16, 0, 1))]),
  ],
  ['a PNG with a profile that takes red for blue', swappedProfile],
  ['a WebP that says it is upside down', () => plain(red).withMetadata({ orientation: 3 }).webp().toBuffer()],
]

const budget = defaultLimits
const prepared = (bytes: Buffer) => preparePictures([{ path: '/a', bytes }], budget)

test.each(different)('%s is told', async (_, make) => {
  expect([...(await prepared(await make())).differing]).toEqual(['/a'])
})

const alike: [name: string, make: () => Promise<Buffer>][] = [
  ['a PNG', grey],
  [
    'a screenshot',
    async () => withChunks(await grey(), [chunk('sRGB', Uint8Array.of(0)), chunk('gAMA', u32(45_455))]),
  ],
  ['a PNG of 16 bits', () => plain(red).toColourspace('rgb16').png().toBuffer()],
  [
    'a photo of a phone',
    () => plain('#c83232').withIccProfile('p3').withMetadata({ orientation: 6 }).jpeg().toBuffer(),
  ],
  ['a picture for the press', () => plain(red).toColourspace('cmyk').jpeg().toBuffer()],
  ['a GIF', () => plain(green).gif().toBuffer()],
]

test.each(alike)('%s is printed as it is, without a word', async (_, make) => {
  const { differing, printed } = await prepared(await make())
  expect([differing.size, printed.length]).toEqual([0, 1])
})

test('a picture is printed in the colours that a screen shows, and needs no profile for it', async () => {
  const { printed } = await prepared(await swappedProfile())
  const { icc } = await sharp(printed[0]!.bytes).metadata()
  expect(icc).toBeUndefined()
  expect([...(await sharp(printed[0]!.bytes).raw().toBuffer()).subarray(0, 3)]).toEqual([0, 0, 255])
})

test('a WebP stands on paper as a browser shows it, large ones too: it is not turned', async () => {
  const halves = sharp({ create: { width: 900, height: 1_800, channels: 3, background: red } }).composite([
    { input: { create: { width: 900, height: 900, channels: 3, background: green } }, left: 0, top: 900 },
  ])
  const bytes = await halves.withMetadata({ orientation: 6 }).webp().toBuffer()
  expect(await measureImage(bytes)).toEqual({ width: 900, height: 1_800 })
  const large = await preparePictures([{ path: '/a', bytes }], { ...budget, printPixels: 500_000 })
  const { data, info } = await sharp(large.printed[0]!.bytes).raw().toBuffer({ resolveWithObject: true })
  expect(info.height).toBeGreaterThan(info.width)
  expect(data[0]).toBeGreaterThan(250)
})

test('it is told before anybody signs, and stands under the picture on paper', async () => {
  const bytes = await moving('gif')
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const picture = { type: 'imageFile', attrs: { sha256, alt: 'Wall', width: null } }
  const record = {
    ...lampRecord,
    files: [{ ...lampRecord.files[0]!, sha256, mediaType: 'image/gif' }],
    documents: [{ ...lampRecord.documents[0]!, content: { type: 'doc' as const, content: [picture] } }],
    threads: [],
  }
  const key = testKey(7)
  const revision = lampRevision(key, record)
  const images = [{ path: `/files/${sha256}.gif`, bytes }]
  const recordJson = Buffer.from(canonicalJson(record))
  const summary = { ...revision.summary, recordSha256: sha256Hex(recordJson.toString()) }
  const findings = await converter.run(
    trialTask,
    async () => ({
      revision: { summary, recordJson, statements: [] },
      publicKeySha256: key.publicKeySha256,
      locale: 'en' as const,
      images,
    }),
    { projectId: '', userId: '' },
  )
  const place = lampRecord.documents[0]!.title
  expect(findings).toContainEqual({ kind: 'appearance', place, detail: 'Wall' })
  const pdf = await openTypesetter(converter)({
    data: printData(revision, key.publicKeySha256, 'en'),
    images,
  })
  const words = execFileSync('pdftotext', ['-', '-'], { input: pdf, encoding: 'utf8' }).replace(/\s+/g, ' ')
  expect(words).toContain('On a screen this picture may look otherwise: it moves')
})
