import { CollaborationCaret } from '@tiptap/extension-collaboration-caret'
import { Extension, type AnyExtension } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'
import { DecorationSet } from '@tiptap/pm/view'
import type { Awareness } from 'y-protocols/awareness'
import type { Side } from '../../../shared/permissions.ts'
import { personColour } from '../../ui/people/person-colour.ts'
import { tolerableAwareness } from '../binding/tolerable-awareness.ts'
import { tolerant } from '../binding/tolerant-plugin.ts'

export interface CaretOwner {
  id: string
  name: string
  side: Side
}

/** How long carets of others stay thin after a keystroke here (ms). */
const thinFor = 1_500

/** Others' carets with name and colour; they thin out to a line while this person types. */
export function carets(awareness: Awareness, me: CaretOwner): AnyExtension[] {
  return [
    TolerantCaret.configure({
      provider: { awareness: tolerableAwareness(awareness) },
      user: me,
      render: (user) => drawCaret(user as CaretOwner),
      selectionRender: (user) => ({ class: 'others-selection', 'data-side': (user as CaretOwner).side }),
    }),
    ThinWhileTyping,
  ]
}

/** Whatever else cannot be worked out about others' carets costs them, never this editor. */
const TolerantCaret = CollaborationCaret.extend({
  addProseMirrorPlugins() {
    return this.parent!().map((plugin) => tolerant(plugin, DecorationSet.empty))
  },
})

function drawCaret({ id, name, side }: CaretOwner): HTMLElement {
  const caret = document.createElement('span')
  caret.className = 'others-caret'
  caret.style.setProperty('--person', personColour(id ?? name, side ?? 'design'))
  const label = document.createElement('span')
  label.className = 'others-caret-name'
  // drawn by the style sheet, so that a name is never part of the text that is copied or read aloud
  label.dataset.name = name
  caret.append(label)
  return caret
}

const ThinWhileTyping = Extension.create({
  name: 'thinWhileTyping',
  addProseMirrorPlugins: () => [
    new Plugin({
      view(view) {
        let timer: ReturnType<typeof setTimeout> | undefined
        const typed = () => {
          view.dom.parentElement?.setAttribute('data-typing', 'true')
          clearTimeout(timer)
          timer = setTimeout(() => view.dom.parentElement?.removeAttribute('data-typing'), thinFor)
        }
        view.dom.addEventListener('beforeinput', typed)
        return {
          destroy() {
            clearTimeout(timer)
            view.dom.removeEventListener('beforeinput', typed)
          },
        }
      },
    }),
  ],
})
