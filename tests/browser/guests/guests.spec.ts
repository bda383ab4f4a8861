import { expect, test } from '@playwright/test'
import { createDocument, createPerson } from '../../helpers/people.ts'
import { expectUsable, openVisitor, signedIn } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

test('a guest beside the machine, on a phone, in Chinese: in by link and code, and reads', async ({
  browser,
}) => {
  const url = process.env.COUNTERSIGN_URL!
  const [en, zh] = [wordsOf('en'), wordsOf('zh-CN')]
  const owner = await createPerson(url, 'Lin Yue', 'en')
  const lamp = { kind: 'spec', title: '台灯规格书', template: 'spec' } as const
  const { projectId } = await createDocument(owner, lamp)
  await owner.post(`/api/projects/${projectId}/documents`, { kind: 'brief', title: 'Prices' })

  // the owner makes the link in her own browser
  const desk = await openVisitor(browser, 'en')
  await signedIn(desk.page, owner)
  await desk.page.goto(`/projects/${projectId}`)
  await desk.page.getByRole('button', { name: en('guests:make') }).click()
  await expectUsable(desk.page)
  await desk.page.getByRole('textbox', { name: en('guests:for') }).fill('Mr Wang, tool shop')
  await desk.page.getByRole('checkbox', { name: '台灯规格书' }).check()
  await desk.page.getByRole('textbox', { name: en('guests:code') }).fill('4711')
  await desk.page.getByRole('button', { name: en('guests:makeLink') }).click()
  const link = await desk.page.getByTestId('guest-link').innerText()
  await desk.page.getByRole('button', { name: en('ui:done') }).click()
  await expect(desk.page.getByText(en('guests:waiting'))).toBeVisible()

  // the guest opens it on a phone
  const phone = await openVisitor(browser, 'zh-CN', 390)
  const { page } = phone
  await page.goto(link)
  await expect(page.getByText(zh('guests:roleHint.reviewer'))).toBeVisible()
  await expectUsable(page)
  await page.getByRole('textbox', { name: zh('guests:yourName') }).fill('lin yue')
  await page.getByRole('textbox', { name: zh('guests:codeAsked') }).fill('0000')
  await page.getByRole('button', { name: zh('guests:enter') }).click()
  await expect(page.getByText(zh('errors:guest_code_wrong'))).toBeVisible()
  await page.getByRole('textbox', { name: zh('guests:codeAsked') }).fill('4711')
  await page.getByRole('button', { name: zh('guests:enter') }).click()
  // nobody is mistaken for who made the link
  const name = page.getByRole('textbox', { name: zh('guests:yourName') })
  await expect(name).toHaveAccessibleDescription(new RegExp(zh('errors:guest_name_taken')))
  await name.fill('王师傅')
  await page.getByRole('button', { name: zh('guests:enter') }).click()
  const documents = page.getByRole('list', { name: zh('projects:documents.title') })
  await expect(documents.getByRole('listitem')).toHaveCount(1)
  const bar = page.getByRole('complementary', { name: zh('guests:title') })
  await expect(bar).toContainText('王师傅')
  await expectUsable(page)

  await page.getByRole('link', { name: '台灯规格书' }).click()
  await expect(page.locator('.ProseMirror h2').first()).toBeVisible()
  const overflow = await page.evaluate(() => [
    document.documentElement.scrollWidth - window.innerWidth,
    document.documentElement.scrollHeight - window.innerHeight,
  ])
  expect(Math.max(...overflow), 'pixels larger than the window').toBeLessThanOrEqual(0)
  expect(desk.complaints).toEqual([])
})
