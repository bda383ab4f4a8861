import {
  deleteSelection,
  joinBackward,
  lift,
  setBlockType,
  splitBlock,
  toggleMark,
  wrapIn,
} from '@tiptap/pm/commands'
import type { Node, NodeType } from '@tiptap/pm/model'
import { liftListItem, sinkListItem, splitListItem, wrapInList } from '@tiptap/pm/schema-list'
import { EditorState, NodeSelection, TextSelection, type Command } from '@tiptap/pm/state'
import {
  addColumnAfter,
  addColumnBefore,
  addRowAfter,
  addRowBefore,
  CellSelection,
  deleteColumn,
  deleteRow,
  deleteTable,
  mergeCells,
  splitCell,
  toggleHeaderRow,
} from '@tiptap/pm/tables'
import { updateYFragment, yXmlFragmentToProseMirrorRootNode } from '@tiptap/y-tiptap'
import * as Y from 'yjs'
import { schema } from '../../../shared/document/schema.ts'
import { textField } from '../../../shared/document/text-field.ts'
import type { SeededRandom } from '../seeded-random.ts'

const { nodes, marks } = schema
const words = ['wall', '3 mm', '壁厚', '⌀ 84', 'housing', '公差', 'm²', 'screw']

/** A random document of the schema. */
export function randomDocument(random: SeededRandom): Node {
  const count = 1 + random.below(6)
  return nodes.doc!.create(
    null,
    Array.from({ length: count }, () => randomBlock(random, 0)),
  )
}

function randomBlock(random: SeededRandom, depth: number): Node {
  const some = <T>(most: number, make: () => T): T[] => Array.from({ length: 1 + random.below(most) }, make)
  const blocks = () => some(2, () => randomBlock(random, depth + 1))
  const item = (type: NodeType) => () =>
    type.create(null, [paragraph(random), ...(random.chance(0.3) ? blocks() : [])])
  const kinds: (() => Node)[] = [
    () => paragraph(random),
    () => paragraph(random),
    () => nodes.heading!.create({ level: 1 + random.below(4) }, inline(random)),
    () => nodes.codeBlock!.create(null, schema.text(random.pick(words))),
    () => nodes.horizontalRule!.create(),
    () => nodes.blockMath!.create({ latex: 'x' }),
  ]
  if (depth < 2) {
    kinds.push(
      () => nodes.bulletList!.create(null, some(3, item(nodes.listItem!))),
      () => nodes.orderedList!.create(null, some(3, item(nodes.listItem!))),
      () => nodes.taskList!.create(null, some(3, item(nodes.taskItem!))),
      () => nodes.blockquote!.create(null, blocks()),
      () => nodes.callout!.create(null, blocks()),
      () => randomTable(random),
      () => randomTable(random),
    )
  }
  return random.pick(kinds)()
}

function randomTable(random: SeededRandom): Node {
  const [height, width] = [1 + random.below(3), 1 + random.below(3)]
  const cell = (row: number) =>
    (row === 0 ? nodes.tableHeader! : nodes.tableCell!).create(null, paragraph(random))
  const row = (_: unknown, index: number) =>
    nodes.tableRow!.create(
      null,
      Array.from({ length: width }, () => cell(index)),
    )
  return nodes.table!.create(null, Array.from({ length: height }, row))
}

const paragraph = (random: SeededRandom): Node => nodes.paragraph!.create(null, inline(random))

function inline(random: SeededRandom): Node[] {
  return Array.from({ length: random.below(3) }, () =>
    random.chance(0.15)
      ? nodes.inlineMath!.create({ latex: 'y' })
      : schema.text(random.pick(words), random.chance(0.2) ? [marks.bold!.create()] : []),
  )
}

const commands: Command[] = [
  deleteSelection,
  deleteSelection,
  joinBackward,
  lift,
  splitBlock,
  splitListItem(nodes.listItem!),
  liftListItem(nodes.listItem!),
  sinkListItem(nodes.listItem!),
  liftListItem(nodes.taskItem!),
  wrapInList(nodes.bulletList!),
  wrapInList(nodes.orderedList!),
  wrapIn(nodes.blockquote!),
  wrapIn(nodes.callout!),
  setBlockType(nodes.heading!, { level: 2 }),
  setBlockType(nodes.codeBlock!),
  setBlockType(nodes.paragraph!),
  toggleMark(marks.bold!),
  toggleMark(marks.code!),
  toggleMark(marks.italic!),
  addColumnAfter,
  addColumnBefore,
  addRowAfter,
  addRowBefore,
  deleteColumn,
  deleteRow,
  deleteTable,
  mergeCells,
  splitCell,
  toggleHeaderRow,
]

/** One edit as a person would make it in the editor, which keeps to the schema; null when none could be made. */
export function honestEdit(node: Node, random: SeededRandom): Node | null {
  let state = EditorState.create({ doc: node })
  const at = () => node.resolve(random.below(node.content.size + 1))
  const cells: number[] = []
  node.descendants(({ type }, pos) => void (type.spec.tableRole?.endsWith('cell') && cells.push(pos)))
  const selection =
    cells.length > 0 && random.chance(0.3)
      ? cellSelection(node, cells, random)
      : random.chance(0.2)
        ? nodeSelection(node, random)
        : TextSelection.between(at(), at())
  if (!selection) return null
  state = state.apply(state.tr.setSelection(selection))
  if (random.chance(0.25)) {
    const next = state.apply(state.tr.insertText(random.pick(words)))
    return next.doc
  }
  let changed: Node | null = null
  try {
    random.pick(commands)(state, (transaction) => (changed = state.apply(transaction).doc))
  } catch {
    // some commands of ProseMirror throw: in a table in a table a RangeError, where a split has deleted the selection
    // and stands between blocks a TypeError; in the editor, nothing is changed then
    return null
  }
  return changed
}

function nodeSelection(node: Node, random: SeededRandom): NodeSelection | null {
  const found: number[] = []
  node.descendants((child, pos) => void (NodeSelection.isSelectable(child) && found.push(pos)))
  return found.length > 0 ? NodeSelection.create(node, random.pick(found)) : null
}

function cellSelection(node: Node, cells: number[], random: SeededRandom): CellSelection | null {
  const anchor = random.pick(cells)
  const table = node.resolve(anchor).before(-1)
  const head = random.pick(cells.filter((cell) => node.resolve(cell).before(-1) === table))
  return CellSelection.create(node, anchor, head)
}

/** Makes up to `count` edits in a client's copy of a shared text, written as y-tiptap writes them. */
export function editShared(doc: Y.Doc, count: number, random: SeededRandom): void {
  const root = doc.getXmlFragment(textField)
  for (let edit = 0; edit < count; edit++) {
    const node = yXmlFragmentToProseMirrorRootNode(root, schema)
    const next = honestEdit(node, random)
    if (!next || next.eq(node)) continue
    // some commands of ProseMirror break a table in a table; the gate refuses what comes of it
    if (!isValid(next)) continue
    doc.transact(() => updateYFragment(doc, root, next, { mapping: new Map(), isOMark: new Map() }))
  }
}

function isValid(node: Node): boolean {
  try {
    node.check()
    return true
  } catch {
    return false
  }
}
