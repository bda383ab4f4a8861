import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createServer } from 'vite'

// Both sides with every change taken in at once: vite serves the pages and passes /api on to the server, which
// starts anew when one of its files changes.

const root = join(import.meta.dirname, '..')
const server = spawn(
  process.execPath,
  [join(root, 'node_modules/tsx/dist/cli.mjs'), 'watch', '--clear-screen=false', 'server/main.ts'],
  // the address to open is vite's, so the server's own line is not shown
  { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
)
const pages = await createServer({ configFile: join(root, 'web/vite.config.ts') })
await pages.listen()
pages.printUrls()

function stop(): void {
  server.kill('SIGTERM')
  void pages.close()
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
server.once('exit', (code) => void pages.close().then(() => process.exit(code ?? 0)))
