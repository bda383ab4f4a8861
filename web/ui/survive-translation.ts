/**
 * Lets a page live on in a browser that translates it. A translator puts `<font>` around each text, or in its place, so
 * that React finds a text no longer where it put it, and throws (react#11538): the whole page would end. The `<font>`
 * around a moved text is taken for it; of a text that stands nowhere nothing has to go. All else is refused as ever.
 */
export function surviveTranslation(): void {
  const { removeChild, insertBefore } = Node.prototype
  Node.prototype.removeChild = function <Child extends Node>(this: Node, child: Child): Child {
    if (isReplaced(child)) return child
    removeChild.call(this, standIn(this, child))
    return child
  }
  Node.prototype.insertBefore = function <Child extends Node>(
    this: Node,
    child: Child,
    before: Node | null,
  ): Child {
    const place = before && (isReplaced(before) ? null : standIn(this, before))
    return insertBefore.call(this, child, place) as Child
  }
}

/** A text that stands nowhere: a translator put another in its place. */
const isReplaced = (node: Node): boolean => node instanceof Text && node.parentNode === null

/** The child of `parent` that a translator put around `node`; else `node` itself. */
function standIn(parent: Node, node: Node): Node {
  let own: Node = node
  while (own.parentNode !== parent && own.parentNode instanceof HTMLFontElement) own = own.parentNode
  return own.parentNode === parent ? own : node
}
