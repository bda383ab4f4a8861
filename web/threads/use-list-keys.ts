import { useHotkeys } from '@mantine/hooks'
import type { Thread } from '../../shared/review.ts'

/**
 * What the keys of the list of points do: j/k and up/down move in a column, left/right between columns, x takes,
 * Enter opens, / searches, Esc lets go. While the list is `covered`, its points cannot be reached.
 */
export function useListKeys(keys: {
  covered: boolean
  at: Thread | undefined
  move(down: number, across: number): void
  take(at: Thread): void
  open(at: Thread): void
  search(): void
  release(): void
}): void {
  const { covered, at } = keys
  const step = (down: number, across: number) => () => {
    if (!covered) keys.move(down, across)
  }
  const withThread = (act: (at: Thread) => void) => () => {
    if (!covered && at) act(at)
  }
  const open = withThread(keys.open)
  useHotkeys([
    ['j', step(1, 0)],
    ['ArrowDown', step(1, 0)],
    ['k', step(-1, 0)],
    ['ArrowUp', step(-1, 0)],
    ['ArrowRight', step(0, 1)],
    ['ArrowLeft', step(0, -1)],
    ['x', withThread(keys.take)],
    // a button or a link that has the focus is pressed by Enter itself
    ['Enter', ({ target }) => !(target as Element).closest('button, a') && open(), { preventDefault: false }],
    ['/', keys.search],
    // others look whether it was taken
    ['Escape', keys.release, { preventDefault: false }],
  ])
}
