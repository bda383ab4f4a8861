import type { ContentMatch, Mark, Node, NodeType } from '@tiptap/pm/model'
import { canSplit, Transform } from '@tiptap/pm/transform'
import { schema } from '../../../shared/document/schema.ts'
import type { SeededRandom } from '../seeded-random.ts'

const words = ['wall', ' 1 mm', '±0.1', '壁厚', '。', '👩‍🏭', '😀', ' ', 'x'.repeat(40), '\u00a0', 'é', '𠮷']

/** Values that an editor may give an attribute; every attribute of the schema that is not here keeps its default. */
const values: Record<string, readonly unknown[]> = {
  level: [1, 2, 3, 4],
  language: [null, 'typescript', 'c++', 'objective-c'],
  start: [1, 3, 0, 120],
  checked: [true, false],
  colspan: [1, 1, 1, 2, 12],
  rowspan: [1, 1, 2],
  colwidth: [null, [120], [80, 200], [null]],
  align: [null, 'center', 'right'],
  latex: ['', 'a^2', String.raw`\frac{壁}{2}`],
  tone: ['note', 'tip', 'warning', 'critical'],
  sha256: ['a'.repeat(64), '0123456789abcdef'.repeat(4)],
  alt: ['', 'Lamp 灯', '"<>&'],
  width: [null, 320, 48],
  href: ['https://example.com/a?b=c', 'mailto:li@example.com', 'tel:+8623'],
  target: ['_blank', null],
  title: [null, 'Lamp'],
}

const attributesOf = (random: SeededRandom, type: { spec: { attrs?: object } }): Record<string, unknown> =>
  Object.fromEntries(
    Object.keys(type.spec.attrs ?? {}).flatMap((name) =>
      values[name] && random.chance(0.7) ? [[name, random.pick(values[name])]] : [],
    ),
  )

const randomMark = (random: SeededRandom): Mark => {
  const type = random.pick(Object.values(schema.marks))
  return type.create({
    ...attributesOf(random, type),
    ...(type.name === 'link' && { href: random.pick(values.href!) }),
  })
}

function randomText(random: SeededRandom, parent: NodeType): Node {
  const text = Array.from({ length: 1 + random.below(4) }, () => random.pick(words)).join('')
  let marks: readonly Mark[] = []
  for (let left = random.below(3); left > 0; left--) marks = randomMark(random).addToSet(marks)
  return schema.text(text, parent.allowedMarks(marks))
}

/** Any node of a type, with any content that its expression allows. */
export function randomNode(random: SeededRandom, type: NodeType, depth = 0): Node {
  if (type.isText) return schema.text(random.pick(words))
  const children: Node[] = []
  let match: ContentMatch = type.contentMatch
  const longest = depth > 3 ? 1 : 1 + random.below(4)
  while (match.edgeCount > 0 && !(match.validEnd && children.length >= longest)) {
    const edges = Array.from({ length: match.edgeCount }, (_, index) => match.edge(index))
    const shallow = edges.filter((edge) => depth < 4 || edge.type.inlineContent || edge.type.isLeaf)
    const { type: child, next } = random.pick(shallow.length > 0 ? shallow : edges)
    children.push(child.isText ? randomText(random, type) : randomNode(random, child, depth + 1))
    match = next
    if (type.inlineContent && random.chance(0.3)) break
  }
  return type.create(attributesOf(random, type), children)
}

export const randomDocument = (random: SeededRandom): Node => randomNode(random, schema.topNodeType)

/** One edit as an editor makes it; the same document when ProseMirror does not do it here. */
export function randomEdit(random: SeededRandom, doc: Node): Node {
  const transform = new Transform(doc)
  try {
    random.pick(edits)(random, transform, doc)
    return transform.doc
  } catch {
    return doc
  }
}

type Edit = (random: SeededRandom, transform: Transform, doc: Node) => void

const place = (random: SeededRandom, doc: Node): number => random.below(doc.content.size + 1)

/** Where characters may stand, and not between the halves of one. */
function placeInText(random: SeededRandom, doc: Node): number | null {
  const places: number[] = []
  doc.descendants((node, at) => {
    if (node.inlineContent) places.push(at + 1)
    if (node.isText)
      for (let i = 1; i <= node.nodeSize; i++)
        if (!/[\udc00-\udfff]/.test(node.text![i] ?? '')) places.push(at + i)
  })
  return places.length > 0 ? random.pick(places) : null
}

function range(random: SeededRandom, doc: Node): [number, number] {
  const ends = [placeInText(random, doc) ?? 0, placeInText(random, doc) ?? 0].sort((a, b) => a - b)
  return ends as [number, number]
}

const edits: readonly Edit[] = [
  (random, transform, doc) => {
    const at = placeInText(random, doc)
    if (at !== null) transform.insert(at, schema.text(random.pick(words), doc.resolve(at).marks()))
  },
  (random, transform, doc) => {
    const at = placeInText(random, doc)
    if (at !== null) transform.insert(at, schema.text(random.pick(words)))
  },
  (random, transform, doc) => transform.deleteRange(...range(random, doc)),
  (random, transform, doc) => {
    const [from, to] = range(random, doc)
    if (random.chance(0.6)) transform.addMark(from, to, randomMark(random))
    else transform.removeMark(from, to, random.pick(Object.values(schema.marks)))
  },
  (random, transform, doc) => {
    const at = random.below(doc.childCount + 1)
    let offset = 0
    for (let i = 0; i < at; i++) offset += doc.child(i).nodeSize
    transform.insert(offset, randomNode(random, random.pick(blocks), 2))
  },
  (random, transform, doc) => {
    const index = random.below(doc.childCount)
    let at = 0
    for (let i = 0; i < index; i++) at += doc.child(i).nodeSize
    const end = at + doc.child(index).nodeSize
    if (random.chance(0.5)) transform.replaceWith(at, end, randomNode(random, random.pick(blocks), 2))
    else if (doc.childCount > 1) transform.delete(at, end)
  },
  (random, transform, doc) => {
    const [from, to] = range(random, doc)
    const type = schema.nodes[random.pick(['paragraph', 'heading', 'codeBlock'])]!
    transform.setBlockType(from, to, type, attributesOf(random, type))
  },
  (random, transform, doc) => {
    const found: number[] = []
    doc.descendants((node, at) => void (node.type.spec.attrs && found.push(at)))
    if (found.length === 0) return
    const at = random.pick(found)
    const node = doc.nodeAt(at)!
    transform.setNodeMarkup(at, null, { ...node.attrs, ...attributesOf(random, node.type) })
  },
  (random, transform, doc) => {
    const at = placeInText(random, doc) ?? place(random, doc)
    if (canSplit(doc, at)) transform.split(at)
  },
  (random, transform, doc) => transform.join(place(random, doc)),
  (random, transform, doc) => {
    const slice = doc.slice(...range(random, doc))
    transform.replaceRange(...range(random, doc), slice)
  },
]

const blocks = Object.values(schema.nodes).filter((type) => type.isInGroup('block'))
