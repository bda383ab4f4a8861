import { expect, test } from '@playwright/test'
import { openAs, textOf } from '../../helpers/browser/editor-people.ts'
import { anchorOf } from '../../../shared/anchors/anchors.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { layOutText } from '../../../shared/document/text-layout.ts'
import { newClientId } from '../../helpers/access/points-of.ts'
import { createDocument, createPerson, join, openRoom } from '../../helpers/people.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

const english = wordsOf('en')

test('on a phone the bell leads to what was said, also at a point that is settled, and from within the document', async ({
  browser,
  baseURL,
}) => {
  const owner = await createPerson(baseURL!, 'Anna Berg')
  const maker = await createPerson(baseURL!, '李伟')
  const { projectId, documentId } = await createDocument(owner, {
    kind: 'spec',
    title: 'Lamp',
    template: 'spec',
  })
  await join(owner, maker, projectId, 'manufacture', 'editor')
  const threads = `/api/projects/${projectId}/threads`
  const { provider, doc } = openRoom(maker, documentId)
  const layout = () => layOutText(doc.getXmlFragment(textField))
  await expect.poll(() => anchorOf(layout(), documentId, { from: 1, to: 6 })).toBeTruthy()
  const anchor = anchorOf(layout(), documentId, { from: 1, to: 6 })
  provider.destroy()
  const raise = async (body: string) => {
    const id = newClientId()
    await maker.post(threads, { id, commentId: newClientId(), anchor, body })
    return id
  }
  const answer = (thread: string, body: string) =>
    owner.post(`${threads}/${thread}/comments`, { id: newClientId(), body })
  const settled = await raise('The first point')
  const open = await raise('The second point')
  await maker.ask('PATCH', `${threads}/${settled}`, { state: 'settled' })
  await answer(settled, 'What I said of the first')
  await answer(open, 'What I said of the second')

  const { page } = await openAs(browser, maker, documentId, { viewport: { width: 390, height: 700 } })
  await expect(textOf(page)).toBeInViewport()
  const bell = page.getByRole('banner').getByRole('button', { name: /^Notices/ })
  for (const words of ['What I said of the first', 'What I said of the second']) {
    await bell.click()
    await page
      .getByRole('region', { name: english('notify:bell') })
      .getByText(words)
      .click()
    await expect(page.locator('[data-card]').getByText(words)).toBeInViewport()
    await page
      .getByRole('navigation', { name: english('ui:panes') })
      .getByRole('button', { name: english('editor:page.text') })
      .click()
    await expect(textOf(page)).toBeInViewport()
  }
  await page.context().close()
})
