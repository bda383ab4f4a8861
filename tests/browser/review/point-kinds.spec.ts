import { expect, test } from '@playwright/test'
import { locales } from '../../../shared/accounts.ts'
import {
  choose,
  end,
  expectListed,
  isPending,
  openList,
  openProject,
  raise,
  row,
} from '../../helpers/browser/list-of-points.ts'
import { axeOn, expectUsable } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

for (const locale of locales) {
  const t = wordsOf(locale)

  test(`${locale}: a point is raised as a question, shown as one, changed, found by its kind and changed with others`, async ({
    browser,
  }) => {
    const { owner, factory, projectId, points } = await openProject(locale)
    const visitor = await openList(browser, owner, { projectId }, locale)
    const { page } = visitor
    const { documents } = await owner.get<{ documents: { id: string }[] }>(`/api/projects/${projectId}`)
    await page.goto(`/documents/${documents[0]!.id}`)
    await page.getByRole('button', { name: t('review:raiseOnProject') }).click()
    const composer = page.getByRole('form', { name: t('review:comment') })
    const kind = composer.getByRole('combobox', { name: t('review:fields.kind') })
    await expect(kind).toHaveValue(t('review:kind.comment'))
    await kind.click()
    await page.getByRole('option', { name: t('review:kind.question'), exact: true }).click()
    await composer.getByRole('textbox', { name: t('review:compose.body') }).fill('ZL102?')
    const { violations } = await axeOn(page).include('form').analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
    await composer.getByRole('button', { name: t('review:compose.send') }).click()
    const number = points.length + 1
    const card = page.getByRole('article', {
      name: t('review:number', { number: String(number) }),
      exact: true,
    })
    const opener = card.getByRole('button', { name: `#${number}` })
    await expect(opener).toContainText(t('review:kind.question'))

    await opener.click()
    await card.getByRole('combobox', { name: t('review:fields.kind') }).click()
    await page.getByRole('option', { name: t('review:kind.problem'), exact: true }).click()
    await expect(opener).toContainText(t('review:kind.problem'))

    const zh = wordsOf('zh-CN')
    // a kind is for the author's side to choose
    const reader = await openList(browser, factory, { projectId, search: '?kind=problem' }, 'zh-CN')
    const raised = (await raise(owner, projectId, 'Gate')).thread
    const pending = [...points.filter(isPending), { ...raised, number }, raised]
    await expectListed(
      reader.page,
      pending.filter((one) => one.number === number || one.kind === 'problem'),
    )
    await row(reader.page, number)
      .getByRole('button', { name: `#${number}` })
      .click()
    const dialog = reader.page.getByRole('dialog')
    await expect(dialog.getByRole('article')).toContainText(zh('review:kind.problem'))
    await expect(dialog.getByRole('combobox', { name: zh('review:fields.kind') })).toHaveCount(0)

    await page.goto(`/projects/${projectId}/points`)
    for (const one of [number, raised.number]) await row(page, one).getByRole('checkbox').check()
    const bar = page.getByRole('toolbar', { name: t('points:bulk.label') })
    await bar.getByRole('button', { name: t('review:fields.kind'), exact: true }).click()
    await page.getByRole('menuitem', { name: t('review:kind.idea'), exact: true }).click()
    await choose(page, t('points:filter.kind'), t('review:kind.idea'))
    await expectListed(
      page,
      pending.filter((one) => [number, raised.number].includes(one.number) || one.kind === 'idea'),
    )
    await expectUsable(page)
    await page
      .getByRole('radiogroup', { name: t('points:view.label') })
      .getByText(t('points:view.board'))
      .click()
    await expect(page.getByRole('button', { name: `#${raised.number}` })).toContainText(t('review:kind.idea'))
    await end(visitor, reader)
  })
}
