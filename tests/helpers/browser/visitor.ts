import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Browser, type BrowserContextOptions, type Page } from '@playwright/test'
import type { Locale } from '../../../shared/accounts.ts'
import type { Person } from '../people.ts'
import { wordsOf } from './wording.ts'

export const password = 'tall lamps cast long shadows'

/** Somebody with a browser of their own; `complaints` is what its console said beyond what is expected. */
export interface Visitor {
  page: Page
  complaints: string[]
}

/** A phone, held upright. */
export const phone = { viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true }

/** Opens a fresh browser in a language. A refused session (401) is noted by Chromium itself and no complaint. */
export async function openVisitor(
  browser: Browser,
  locale: Locale,
  width = 1280,
  device: BrowserContextOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({ locale, viewport: { width, height: 800 }, ...device })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    const text = message.text()
    if (message.type() === 'error' && !text.includes('status of 401')) complaints.push(text)
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  return { page, complaints }
}

/** Makes the page's browser one in which `person` is signed in. */
export async function signedIn(page: Page, person: Person): Promise<void> {
  const [name, value] = person.cookie.split('=', 2) as [string, string]
  await page.context().addCookies([{ name, value, url: person.url }])
}

/** Fills in the form for a new account, wherever it stands, and sends it. */
export async function createAccount(page: Page, locale: Locale, name: string): Promise<string> {
  const t = wordsOf(locale)
  const email = `${Math.random().toString(36).slice(2)}@example.com`
  await page.getByRole('textbox', { name: t('accounts:name'), exact: true }).fill(name)
  await page.getByRole('textbox', { name: t('accounts:email'), exact: true }).fill(email)
  await page.getByRole('textbox', { name: t('accounts:password'), exact: true }).fill(password)
  await page.getByRole('button', { name: t('accounts:createAccount') }).click()
  return email
}

/**
 * axe on a page, of which only violations are described. Our pages hold no frame of another origin, for whose sake it
 * would open a blank page at each look and load its whole program there once more.
 */
export const axeOn = (page: Page): AxeBuilder =>
  new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })

/** Fails on anything that keeps somebody from using the page: axe's rules, and a page wider than its window. */
export async function expectUsable(page: Page): Promise<void> {
  // what still loads has neither
  await expect(page.getByRole('main').getByRole('heading', { level: 1 }).first()).toBeVisible()
  const { violations } = await axeOn(page).disableRules(['region']).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(overflow, 'pixels wider than the window').toBeLessThanOrEqual(0)
}
