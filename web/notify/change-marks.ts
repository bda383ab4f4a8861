import { Extension, type Editor } from '@tiptap/core'
import type { Node } from '@tiptap/pm/model'
import { Plugin, PluginKey } from '@tiptap/pm/state'
import type { Mapping } from '@tiptap/pm/transform'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import type { Place } from '../../shared/anchors/anchor-context.ts'
import './change-marks.css'

interface Marks {
  decorations: DecorationSet
  /** How many places were marked. */
  count: number
}

const key = new PluginKey<Marks>('change-marks')

/** Marks blocks at the margin of the text (`markChanges`), and keeps the marks at them as others write. */
export const ChangeMarks = Extension.create({
  name: 'changeMarks',
  addProseMirrorPlugins: () => [
    new Plugin<Marks>({
      key,
      state: {
        init: () => ({ decorations: DecorationSet.empty, count: 0 }),
        apply(transaction, marks) {
          const { mapping, doc } = transaction
          const places = transaction.getMeta(key) as readonly Place[] | undefined
          if (!places) return { ...marks, decorations: mapped(marks.decorations, mapping, doc) }
          return { decorations: DecorationSet.create(doc, places.map(markOf)), count: joined(places).length }
        },
      },
      props: { decorations: (state) => key.getState(state)?.decorations },
    }),
  ],
})

const markOf = ({ from, to }: Place): Decoration => Decoration.node(from, to, { class: 'changed-since' })

/** The marks where their blocks are now: a block that others parted at its start goes on as the one with its words. */
function mapped(marks: DecorationSet, mapping: Mapping, doc: Node): DecorationSet {
  const [formerly, kept] = [marks.find(), marks.map(mapping, doc)]
  if (kept.find().length === formerly.length) return kept
  const found = formerly.flatMap(({ from, to }) => {
    const within = to - from > 1 ? mapping.mapResult(from + 1, 1) : null
    if (!within || within.deleted) return []
    const at = doc.resolve(within.pos)
    return at.depth > 0 ? [markOf({ from: at.before(), to: at.after() })] : []
  })
  const places = new Map([...kept.find(), ...found].map((mark) => [mark.from, mark]))
  return DecorationSet.create(doc, [...places.values()])
}

/** Marks these blocks and no others. */
export function markChanges(editor: Editor, places: readonly Place[]): void {
  editor.view.dispatch(editor.state.tr.setMeta(key, places).setMeta('addToHistory', false))
}

/** So far apart are the last positions of a block and the first of the next, in a list or a table at most. */
const between = 4

/** Places that follow each other are one. */
function joined(places: readonly Place[]): Place[] {
  const whole: Place[] = []
  for (const { from, to } of places) {
    const last = whole.at(-1)
    if (last && from <= last.to + between) last.to = Math.max(last.to, to)
    else whole.push({ from, to })
  }
  return whole
}

/** How many places were marked; some may have been removed since. */
export const countMarked = (editor: Editor): number => key.getState(editor.state)?.count ?? 0

/** The places that are marked, in their order. */
export const markedPlaces = (editor: Editor): Place[] =>
  joined(key.getState(editor.state)?.decorations.find() ?? [])

/** Brings a marked place into the middle of the sheet. */
export function goToPlace(editor: Editor, { from }: Place): void {
  const element = editor.view.nodeDOM(from)
  if (element instanceof HTMLElement) element.scrollIntoView({ block: 'center' })
}
