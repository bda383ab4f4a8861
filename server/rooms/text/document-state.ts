/** So many typed characters are hardly a change to what an update was found to cost. */
const mostTyped = 100

/** How a document stood when somebody's update began to be checked. */
interface StateSeen {
  of: DocumentState
  changes: number
  typed: number
  own: number
}

/** What became of a document since it was built, as far as others go by it. */
export class DocumentState {
  /** It holds something that the log may not have. */
  isUncommitted = false
  private changes = 0
  private typed = 0
  private readonly typedBy = new Map<string, number>()

  /** It is about to be changed. `isTyping`: by one piece of text that goes behind another. */
  change(userId: string | null, isTyping: boolean): void {
    this.isUncommitted = true
    if (!isTyping || userId === null) this.changes++
    else {
      this.typed++
      this.typedBy.set(userId, this.ownTyped(userId) + 1)
    }
  }

  /** Something that was deleted was collected: it is another piece now, or part of one. */
  collected(): void {
    this.changes++
  }

  committed(): void {
    this.isUncommitted = false
  }

  /** An update of this person's is about to be checked. */
  now(userId: string): StateSeen {
    return { of: this, changes: this.changes, typed: this.typed, own: this.ownTyped(userId) }
  }

  /**
   * A check of theirs that was begun then may go on: nothing has happened since but that others typed, which neither
   * takes away nor moves anything that their update may name.
   */
  mayGoOn(userId: string, { of, changes, typed, own }: StateSeen): boolean {
    const isSame = of === this && changes === this.changes && own === this.ownTyped(userId)
    return isSame && this.typed - typed <= mostTyped
  }

  private ownTyped(userId: string): number {
    return this.typedBy.get(userId) ?? 0
  }
}
