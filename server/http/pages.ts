import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { getCookie } from 'hono/cookie'
import { NONCE, secureHeaders } from 'hono/secure-headers'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Env } from './route.ts'

/** What stands in index.html where each reply's own nonce goes. */
const placeholder = 'CSP_NONCE'

/**
 * The security headers of every reply. Scripts and styles come from our own files; the style tags that the
 * interface makes at run time carry the reply's nonce. Nothing inline, no eval, no frames (ASVS 5.0, 3.4.1 to 3.4.6).
 */
export function securityHeaders(secure: boolean) {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", NONCE],
      imgSrc: ["'self'", 'blob:', 'data:'],
      connectSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
      formAction: ["'self'"],
    },
    referrerPolicy: 'same-origin',
    xFrameOptions: 'DENY',
    crossOriginOpenerPolicy: 'same-origin',
    strictTransportSecurity: secure ? 'max-age=31536000; includeSubDomains' : false,
  })
}

/** Pages that much is needed for: what opens them, and the answers that they ask for before anything else. */
const heavyPages = [
  {
    path: /^\/documents\/[\w-]+$/,
    module: 'pages/DocumentPage.tsx',
    answers: (path: string) => ['/api/accounts/me', `/api${path}`, `/api${path}/threads`],
  },
]

/**
 * Serves the built web application from `folder`: assets named by their hash are kept for ever and sent in their
 * compressed form; every other address gets the page, which finds its own way. A heavy page comes with the names of
 * what it will ask for, so that a browser fetches that side by side and not one after the other; answers only for who
 * has a session (`cookieName`). Without a build it serves nothing.
 */
export function pages(folder: string, cookieName: string) {
  const app = new Hono<Env>()
  const index = join(folder, 'index.html')
  if (!existsSync(index)) return app
  const html = readFileSync(index, 'utf8')
  const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8')) as Manifest
  const prepared = heavyPages.map((page) => ({ ...page, links: linksOf(manifest, page.module, html) }))
  app.use(
    '/assets/*',
    serveStatic({
      root: folder,
      precompressed: true,
      onFound: (_, c) => c.header('Cache-Control', 'public, max-age=31536000, immutable'),
    }),
  )
  app.get('/assets/*', (c) => c.notFound())
  app.use('/*', async (c, next) => {
    const isFile = /\.[a-z0-9]+$/.test(c.req.path)
    return isFile ? serveStatic<Env>({ root: folder })(c, next) : next()
  })
  app.get('/*', (c) => {
    const nonce = (c.get('secureHeadersNonce' as never) as string | undefined) ?? ''
    c.header('Cache-Control', 'no-store')
    const heavy = prepared.find(({ path }) => path.test(c.req.path))
    const answers = heavy && getCookie(c, cookieName) ? heavy.answers(c.req.path).map(answerLink) : []
    const links = [...(heavy?.links ?? []), ...answers].join('\n')
    return c.html(html.replaceAll(placeholder, nonce).replace('</head>', `${links}</head>`))
  })
  return app
}

/** What Vite built, by source file (https://vite.dev/guide/backend-integration). */
type Manifest = Record<string, { file: string; css?: string[]; imports?: string[] } | undefined>

/** Links to all files of a module that the page does not name already. */
function linksOf(manifest: Manifest, module: string, html: string): string[] {
  const seen = new Set<string>()
  const files: string[] = []
  const visit = (name: string) => {
    const built = manifest[name]
    if (!built || seen.has(name)) return
    seen.add(name)
    files.push(built.file, ...(built.css ?? []))
    built.imports?.forEach(visit)
  }
  visit(module)
  return files
    .filter((file) => !html.includes(`/${file}"`))
    .map(
      (file) =>
        `<link rel="${file.endsWith('.css') ? 'stylesheet' : 'modulepreload'}" crossorigin href="/${file}">`,
    )
}

/** As `fetch` asks by itself, else a browser asks twice. */
const answerLink = (address: string): string =>
  `<link rel="preload" as="fetch" crossorigin href="${address}">`
