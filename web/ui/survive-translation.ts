/**
 * Lets a page live on in a browser that translates it. A translator puts `<font>` around each text, or in its place, so
 * that React finds a text no longer where it put it, and throws (react#11538): the whole page would end. What stands
 * around a moved text is taken for it; of a text that is gone nothing has to go.
 */
export function surviveTranslation(): void {
  const { removeChild, insertBefore } = Node.prototype
  Node.prototype.removeChild = function <Child extends Node>(this: Node, child: Child): Child {
    const own = ownChild(this, child)
    if (own) removeChild.call(this, own)
    return child
  }
  Node.prototype.insertBefore = function <Child extends Node>(
    this: Node,
    child: Child,
    before: Node | null,
  ): Child {
    return insertBefore.call(this, child, before && ownChild(this, before)) as Child
  }
}

/** The child of `parent` that is `node`, or that a translator put around it; null when it stands elsewhere or nowhere. */
function ownChild(parent: Node, node: Node): Node | null {
  let own: Node | null = node
  while (own && own.parentNode !== parent) own = own.parentNode
  return own
}
