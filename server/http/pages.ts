import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { getCookie } from 'hono/cookie'
import { NONCE, secureHeaders } from 'hono/secure-headers'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Limits } from '../../shared/limits.ts'
import { clientLimitsName, clientLimitsOf } from '../../shared/client-limits.ts'
import { createPageLinks } from './page-links.ts'
import { wantedLocale } from './locale.ts'
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

/**
 * Serves the built web application from `folder`: assets named by their hash are kept for ever and sent in their
 * compressed form; every other address gets the page, which finds its own way and is told the `limits` that it holds
 * itself to. `sessionCookie`: by its name it is seen whether somebody has a session. Without a build it serves nothing.
 */
export function pages(folder: string, sessionCookie: string, limits: Limits) {
  const app = new Hono<Env>()
  const index = join(folder, 'index.html')
  if (!existsSync(index)) return app
  const told = `<meta name="${clientLimitsName}" content='${JSON.stringify(clientLimitsOf(limits))}'>`
  const html = readFileSync(index, 'utf8').replace('</head>', `${told}</head>`)
  const linksFor = createPageLinks(folder, html)
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
    const links = linksFor(c.req.path, {
      locale: wantedLocale(c),
      hasSession: Boolean(getCookie(c, sessionCookie)),
    })
    return c.html(html.replaceAll(placeholder, nonce).replace('</head>', `${links}</head>`))
  })
  return app
}
