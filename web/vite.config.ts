import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const api = `http://127.0.0.1:${process.env.PORT ?? '3000'}`

/** Libraries that change seldom, each in a chunk of its own, so that a release of ours leaves them in the cache. */
const chunks = [
  { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 3 },
  {
    name: 'writing',
    test: /node_modules[\\/](@tiptap|prosemirror-[a-z]+|yjs|y-[a-z]+|lib0)[\\/]/,
    priority: 2,
  },
  {
    name: 'ground',
    test: /node_modules[\\/](@tanstack|zod|i18next|react-i18next|hono)[\\/]/,
    priority: 1,
  },
  { name: 'interface', test: /node_modules[\\/](@mantine[\\/](core|hooks)|@floating-ui)[\\/]/, priority: 1 },
]

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL('../dist/web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // the content security policy allows no data: addresses for fonts and scripts
    assetsInlineLimit: 0,
    // in kB; a start of the server should not speak of what its owner cannot change
    chunkSizeWarningLimit: 1_500,
    rolldownOptions: { output: { codeSplitting: { groups: chunks } } },
  },
  server: {
    port: 5173,
    proxy: { '/api': { target: api, ws: true, xfwd: true } },
  },
})
