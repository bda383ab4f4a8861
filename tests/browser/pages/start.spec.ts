import { expect, test } from '@playwright/test'

test('on an empty server, somebody creates an account and finds no project, and nothing complains', async ({
  page,
}) => {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))

  const reply = await page.goto('/create-account')
  expect(reply!.headers()['content-security-policy']).not.toContain('unsafe')
  await page.getByLabel('Name').fill('Lin Yue')
  await page.getByLabel('E-mail').fill('lin.yue@example.com')
  await page.getByRole('textbox', { name: 'Password' }).fill('tall lamps cast long shadows')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByText('No project yet')).toBeVisible()

  await page.reload()
  await expect(page.getByText('No project yet')).toBeVisible()
  expect(complaints.filter((text) => !isRefusedSession(text))).toEqual([])
})

/** Who is signed out asks once who they are, and Chromium notes the 401 on the console. */
const isRefusedSession = (text: string): boolean => text.includes('status of 401')
