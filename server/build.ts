import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build, type InlineConfig } from 'vite'

// Builds dist/server and dist/web when their sources have changed since the last build, and says nothing otherwise.

const root = join(import.meta.dirname, '..')
const stamp = join(root, 'dist/built-from')
const sources = ['server', 'shared', 'web', 'package-lock.json', 'package.json']

function* filesOf(path: string): Generator<string> {
  if (!statSync(join(root, path)).isDirectory()) yield path
  else for (const name of readdirSync(join(root, path)).sort()) yield* filesOf(join(path, name))
}

function fingerprint(): string {
  const hash = createHash('sha256').update(process.version)
  for (const source of sources) {
    for (const file of filesOf(source))
      hash
        .update(file)
        .update('\0')
        .update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}

/** The server as few files: one for each kind of process (supervisor, server, the end of its database, converter) and one for each thread. */
const server: InlineConfig = {
  configFile: false,
  root,
  logLevel: 'warn',
  build: {
    ssr: true,
    outDir: 'dist/server',
    target: 'node20',
    rolldownOptions: {
      input: Object.fromEntries(
        [...filesOf('server')]
          .filter((file) => /^server\/(main|supervisor|end-database|converter)\.ts$|-worker\.ts$/.test(file))
          .map((file) => [file.replace(/^.*\/|\.ts$/g, ''), join(root, file)]),
      ),
      output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
    },
  },
}

/** Text that a browser asks for once is compressed here, at leisure, and not at every request. */
function precompress(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!/\.(js|css|svg)$/.test(name)) continue
    const bytes = readFileSync(join(folder, name))
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(bytes))
    writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes))
  }
}

const now = fingerprint()
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== now) {
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  await build(server)
  cpSync(join(root, 'server/db/migrations'), join(root, 'dist/server/migrations'), { recursive: true })
  await build({ configFile: join(root, 'web/vite.config.ts'), logLevel: 'warn' })
  precompress(join(root, 'dist/web/assets'))
  mkdirSync(join(root, 'dist'), { recursive: true })
  writeFileSync(stamp, now)
}
