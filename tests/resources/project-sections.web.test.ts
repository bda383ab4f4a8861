import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { registerProjectSection, type ProjectSectionProps } from '../../web/ui/kinds/project-sections.ts'
import { ProjectSections } from '../../web/ui/kinds/ProjectSections.tsx'

const given: Omit<ProjectSectionProps, 'onDialog'> = {
  projectId: 'lamp',
  me: { userId: 'lin', role: 'owner', side: 'design', phase: 'active', guestUntil: null },
  resources: [
    { id: 'd', kind: 'document', title: 'Lamp' },
    { id: 'n', kind: 'note', title: 'Moulding notes' },
  ],
  dialog: 'note',
}

const drawn = (): string => renderToString(createElement(ProjectSections, { ...given, onDialog: () => {} }))

test('a kind brings its own section to the page of a project, which draws it with what it holds', () => {
  expect(drawn()).toBe('')
  registerProjectSection('note', ({ resources, dialog }) =>
    createElement(
      'section',
      null,
      resources.filter(({ kind }) => kind === 'note').map(({ title }) => title),
      dialog,
    ),
  )
  expect(drawn()).toMatch(/^<section>Moulding notes.*note<\/section>$/)
})
