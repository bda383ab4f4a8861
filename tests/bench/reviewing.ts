import { chromium, type Browser, type Page } from '@playwright/test'
import { findChromium } from '../helpers/browser/chromium.ts'
import type { Person } from '../helpers/people.ts'
import { percentile } from './percentile.ts'
import { mainThreadPerKey } from './main-thread.ts'

/** What a reader of a long document meets, in a real browser. Medians of several openings, in milliseconds. */
export interface ReviewResult {
  /** From the request of the page to the text. */
  textMs: number
  /** To the text with its marks and the list of points. */
  openMs: number
  /** The longest that the page's main thread works at one go for a key: 95 of 100 keys stay under it. */
  keyMs: number
  /** All that it works until the next key: drawing, saving, and what waited for a pause. */
  workMs: number
  /** Frames a second while the text, and the list of points, are scrolled. */
  textFrames: number
  listFrames: number | null
}

const keys = 200
const openings = 5
const scrollMs = 4_000

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
    ],
  })
}

/** Opens a document several times anew, types in its middle and scrolls through it. `marks`: whether it has points. */
export async function runReviewing(
  browser: Browser,
  person: Person,
  documentId: string,
  marks: boolean,
): Promise<ReviewResult> {
  const times: { textMs: number; openMs: number }[] = []
  let page: Page | undefined
  for (let at = 0; at < openings; at++) {
    await page?.context().close()
    page = await openPage(browser, person)
    times.push(await open(page, `${person.url}/documents/${documentId}`, marks))
  }
  const result = {
    textMs: percentile(
      times.map(({ textMs }) => textMs),
      50,
    ),
    openMs: percentile(
      times.map(({ openMs }) => openMs),
      50,
    ),
    ...(await typeInTheMiddle(browser, page!)),
    textFrames: await scroll(page!, '.ProseMirror'),
    listFrames: marks ? await scroll(page!, '[data-card]') : null,
  }
  await page!.context().close()
  return result
}

async function openPage(browser: Browser, person: Person): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })
  const [name, value] = person.cookie.split('=', 2) as [string, string]
  await context.addCookies([{ name, value, url: person.url }])
  return context.newPage()
}

async function open(
  page: Page,
  address: string,
  marks: boolean,
): Promise<{ textMs: number; openMs: number }> {
  const wanted = ['.ProseMirror > :nth-child(100)']
  if (marks) wanted.push('.ProseMirror .thread-mark', '[data-card]')
  await page.addInitScript(sayMoments, wanted)
  const said = page.waitForEvent('console', {
    predicate: (message) => message.type() === 'debug',
    timeout: 120_000,
  })
  await page.goto(address, { waitUntil: 'commit' })
  const moments = JSON.parse((await said).text()) as number[]
  return { textMs: moments[0]!, openMs: Math.max(...moments) }
}

/**
 * Says when each of what is looked for was there, in milliseconds since the page was asked for, once all are. Looks
 * in the page itself, about once a frame, and says it in the console: questions from outside come late, and the code
 * that asks them takes the page some 50 ms while it opens.
 */
function sayMoments(wanted: string[]): void {
  const moments: number[] = []
  const timer = setInterval(() => {
    wanted.forEach((selector, at) => {
      if (moments[at] === undefined && document.querySelector(selector)) moments[at] = performance.now()
    })
    if (wanted.some((_, at) => moments[at] === undefined)) return
    clearInterval(timer)
    // oxlint-disable-next-line no-console -- what the benchmark hears
    console.debug(JSON.stringify(moments))
  }, 16)
}

async function typeInTheMiddle(
  browser: Browser,
  page: Page,
): Promise<Pick<ReviewResult, 'keyMs' | 'workMs'>> {
  const blocks = page.locator('.ProseMirror > p')
  const middle = blocks.nth(Math.floor((await blocks.count()) / 2))
  await middle.evaluate((block) => block.scrollIntoView({ block: 'center' }))
  await middle.click({ position: { x: 40, y: 10 } })
  await page.keyboard.type('warm ', { delay: 100 })
  await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline', 'blink.user_timing'] })
  for (let at = 0; at < keys; at++) {
    await page.keyboard.type('tolerance '[at % 10]!, { delay: 0 })
    await new Promise((done) => setTimeout(done, 100))
  }
  const trace = await browser.stopTracing()
  const perKey = mainThreadPerKey(trace)
  return {
    keyMs: percentile(
      perKey.map(({ longestMs }) => longestMs),
      95,
    ),
    workMs: percentile(
      perKey.map(({ busyMs }) => busyMs),
      95,
    ),
  }
}

/** Frames a second while what holds `inside` is scrolled by 3,000 pixels a second. */
function scroll(page: Page, inside: string): Promise<number> {
  return page.evaluate(
    async ({ selector, duration }) => {
      let scroller = document.querySelector(selector)!.parentElement!
      while (
        scroller.scrollHeight <= scroller.clientHeight + 1 ||
        getComputedStyle(scroller).overflowY === 'visible'
      )
        scroller = scroller.parentElement!
      scroller.scrollTop = 0
      const started = performance.now()
      let frames = 0
      for (let now = started; now - started < duration; frames++) {
        const before = now
        now = await new Promise(requestAnimationFrame)
        scroller.scrollTop += Math.max(0, now - before) * 3
      }
      return (frames * 1_000) / duration
    },
    { selector: inside, duration: scrollMs },
  )
}
