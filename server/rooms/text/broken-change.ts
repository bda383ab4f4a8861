import type * as Y from 'yjs'

/** A change failed in the middle: the document in memory is not to be trusted any more (rule 6). */
export class BrokenChange extends Error {}

/** Changes a document; throws `BrokenChange` where that fails, or the document waits for what is not there. */
export function applyOrBreak({ store }: Y.Doc, apply: () => void): void {
  try {
    apply()
  } catch (cause) {
    throw new BrokenChange('the document could not take a change', { cause })
  }
  if (store.pendingStructs !== null || store.pendingDs !== null) {
    throw new BrokenChange('the document holds a change back')
  }
}
