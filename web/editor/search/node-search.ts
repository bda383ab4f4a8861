import type { Node } from '@tiptap/pm/model'

/** Whether a text holds a node of this name. Blocks are never changed, only replaced: each is looked through once. */
export function nodeSearch(name: string): (doc: Node) => boolean {
  const known = new WeakMap<Node, boolean>()
  const look = (block: Node) => {
    let has = block.type.name === name
    block.descendants((node) => {
      has ||= node.type.name === name
      return !has
    })
    known.set(block, has)
    return has
  }
  return (doc) => doc.children.some((block) => known.get(block) ?? look(block))
}
