import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Rolldown } from 'vite'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const api = `http://127.0.0.1:${process.env.PORT ?? '3000'}`

/**
 * What is loaded together, since each request costs more than the bytes of a small file. Libraries change seldom and
 * stand apart, so that a release of ours leaves them in the cache. `writing` is for pages with an editor, `start` is
 * what every page needs, and `review` what the pages with points share.
 */
const chunks: Rolldown.CodeSplittingGroup[] = [
  {
    name: 'react',
    test: /node_modules[\\/](react|react-dom|scheduler|use-sync-external-store)[\\/]/,
    priority: 5,
  },
  {
    name: 'interface',
    test: /node_modules[\\/](@mantine[\\/](core|hooks)|@floating-ui|@tabler)[\\/]/,
    priority: 4,
  },
  { name: 'ground', test: /node_modules[\\/](@tanstack|zod|i18next|react-i18next|hono)[\\/]/, priority: 3 },
  {
    name: (module, context) => (isOfStart(module, context) ? 'start' : null),
    debugName: 'start',
    priority: 2,
  },
  {
    name: 'writing',
    test: /node_modules[\\/](@tiptap|prosemirror-[a-z]+|yjs|y-[a-z]+|lib0)[\\/]/,
    priority: 1,
  },
  { name: 'review', test: /[\\/]web[\\/](review|editor|sync|points|notify|history)[\\/]/, minShareCount: 2 },
]

/**
 * True for what the first file and the frame of all pages import, and for the parts that pages are made of. The first
 * file itself stays apart: it waits for pages, which wait for `start`.
 */
function isOfStart(module: string, context: Rolldown.ChunkingContext): boolean {
  const visit = (id: string) => {
    if (starts.has(id)) return
    starts.add(id)
    context.getModuleInfo(id)?.importedIds.forEach(visit)
  }
  if (starts.size === 0) [first, here('pages/frame/Page.tsx')].forEach(visit)
  return module !== first && (starts.has(module) || /[\\/]web[\\/]ui[\\/]/.test(module))
}
const first = here('main.tsx')
const starts = new Set<string>()

export default defineConfig({
  root: here('.'),
  plugins: [react()],
  resolve: {
    alias: [
      { find: /^katex$/, replacement: here('editor/formulas/katex-when-needed.ts') },
      { find: /^re2js$/, replacement: here('editor/search/folded-search.ts') },
    ],
  },
  build: {
    outDir: here('../dist/web'),
    emptyOutDir: true,
    // by it the server names in a page what that page will ask for
    manifest: true,
    target: 'es2022',
    // the content security policy allows no data: addresses for fonts and scripts
    assetsInlineLimit: 0,
    // in kB; a start of the server should not speak of what its owner cannot change
    chunkSizeWarningLimit: 2_000,
    rolldownOptions: { output: { codeSplitting: { groups: chunks } } },
  },
  server: {
    port: 5173,
    proxy: { '/api': { target: api, ws: true, xfwd: true } },
  },
})
