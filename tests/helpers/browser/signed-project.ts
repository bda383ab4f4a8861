import { randomBytes } from 'node:crypto'
import { expect, type Browser, type BrowserContext } from '@playwright/test'
import type { Locale } from '../../../shared/accounts.ts'
import { openVisitor, password } from './visitor.ts'

/** A project whose revision A an owner and a maker have signed; the owner's page shows the sign-in. */
export async function openSignedProject(browser: Browser, locale: Locale) {
  const { owner, maker, sign, ...project } = await openPutForward(browser, locale)
  for (const who of [owner, maker]) await sign(who)
  return { owner, maker, ...project }
}

/** The same before anybody has signed. */
export async function openPutForward(browser: Browser, locale: Locale) {
  const owner = await openVisitor(browser, locale)
  const maker = await openVisitor(browser, locale)
  const { page } = owner
  await page.goto('/sign-in')
  const headers = { origin: new URL(page.url()).origin }
  const post = async (who: { page: { context(): BrowserContext } }, path: string, data: object) => {
    const reply = await who.page.context().request.post(path, { headers, data })
    expect(reply.ok(), `${path} ${await reply.text()}`).toBe(true)
    return reply.json()
  }
  for (const [who, name] of [
    [owner, 'Lin Yue'],
    [maker, 'Chen Guo'],
  ] as const) {
    const email = `${randomBytes(6).toString('hex')}@example.com`
    await post(who, '/api/accounts', { email, name, password, locale })
  }
  const { id: projectId } = await post(owner, '/api/projects', { name: '大足台灯' })
  const path = `/api/projects/${projectId}`
  await post(owner, `${path}/documents`, { kind: 'spec', title: '规格书', template: 'spec' })
  const { token } = await post(owner, `${path}/invites`, { side: 'manufacture', role: 'reviewer' })
  await post(maker, '/api/invites/accept', { token })
  const { revision } = await post(owner, `${path}/revisions`, { description: '' })
  const sign = (who: typeof owner) =>
    post(who, `${path}/revisions/${revision.id}/signatures`, { password }) as Promise<unknown>
  return { owner, maker, sign, projectId, path, revisionId: revision.id as string }
}
