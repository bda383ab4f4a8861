import { EditorState, type Plugin } from '@tiptap/pm/state'
import { expect, test } from 'vitest'
import { schema } from '../../shared/document/schema.ts'
import { StorableText } from '../../web/ui/text/storable-text.ts'

const [plugin] = StorableText.config.addProseMirrorPlugins!.call({} as never) as [Plugin]
const open = (words: string) =>
  EditorState.create({
    doc: schema.nodes.doc!.create(null, schema.nodes.paragraph!.create(null, schema.text(words))),
    plugins: [plugin],
  })

test.each([
  ['a NUL', 'wall\u0000 3 mm', 'wall 3 mm'],
  ['first and second halves of characters', '\udc00a\ud83db\ud800', 'ab'],
  ['only such', '\u0000\u0000', ''],
  ['what is whole stays', '😀 壁厚 \u202e ﷐', '😀 壁厚 \u202e ﷐'],
])('U21: %s: what no text can keep is dropped as it comes in, and nothing else', (_, given, kept) => {
  const state = open('before after')
  const { state: after } = state.applyTransaction(state.tr.insertText(given, 8))
  expect(after.doc.textContent).toBe(`before ${kept}after`)
})

test('U21: what was there before is left as it is', () => {
  const state = open('old\u0000 words')
  const { doc } = state.applyTransaction(state.tr.insertText('new\u0000', 11)).state
  expect(doc.textContent).toBe('old\u0000 wordsnew')
})
