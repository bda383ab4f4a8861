import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageEntries } from '../../../server/export/package/package.ts'
import { packageTexts } from '../../../server/export/package/package-texts.ts'
import { packedBytes } from './archives.ts'
import { signedFixture, testKey } from './fixture-parts.ts'
import { picture } from './lamp-revision.ts'

/**
 * Writes the packages of the version that the server makes now: `npx tsx tests/helpers/signoff/make-fixtures.ts 1`.
 * Those of earlier versions are kept as they are: what was handed out once is checked for ever.
 */
const version = process.argv[2]!
const print = (words: string) => Buffer.from(`%PDF-1.7\n% ${words}\n%%EOF\n`)
const parts = {
  pdf: { en: print('a print'), 'zh-CN': print('打印件') },
  readFile: async () => picture,
}
for (const statement of [1, 2] as const) {
  const key = testKey(7)
  const { revision, trail } = signedFixture(key, statement)
  const name = `package-${version}-record-1-statement-${statement}.zip`
  const texts = packageTexts(revision.recordJson)
  const bytes = await packedBytes(packageEntries(revision, key, { ...parts, texts, trail }))
  writeFileSync(join(import.meta.dirname, '../../signoff/fixtures', name), bytes)
}
