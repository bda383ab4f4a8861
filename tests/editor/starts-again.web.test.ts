import { EditorState, Plugin, PluginKey } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import { expect, test } from 'vitest'
import { schema } from '../../shared/document/schema.ts'
import { startsAgain } from '../../web/editor/binding/starts-again.ts'

test('what was typed before the tools were there is told to the view that comes with them', () => {
  const key = new PluginKey<boolean>('list')
  const told: (boolean | undefined)[][] = []
  const isActive = (state: EditorState) => key.getState(state) === true
  const plugin = startsAgain(
    new Plugin<boolean>({
      key,
      state: { init: () => false, apply: (change, was) => was || change.docChanged },
      view: () => ({
        update: ({ state }, before) => void told.push([key.getState(before), key.getState(state)]),
      }),
    }),
    isActive,
  )
  const idle = EditorState.create({ schema, plugins: [plugin] })
  plugin.spec.view!({ state: idle } as EditorView)
  expect(told).toEqual([])
  const typed = idle.apply(idle.tr.insertText('/', 1))
  plugin.spec.view!({ state: typed } as EditorView)
  expect(told).toEqual([[false, true]])
})
