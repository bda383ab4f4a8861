import { useHotkeys } from '@mantine/hooks'

/** What the keys of the list of points do: j/k and arrows move, x takes, Enter opens, / searches, Esc lets go. */
export function useListKeys(keys: {
  count: number
  at: number
  move(to: number): void
  take(at: number): void
  open(at: number): void
  search(): void
  release(): void
}): void {
  const { count, at, move } = keys
  const step = (by: number) => () => {
    if (count > 0) move(Math.max(0, Math.min(count - 1, at < 0 ? 0 : at + by)))
  }
  const withPoint = (act: (at: number) => void) => () => {
    if (at >= 0 && at < count) act(at)
  }
  useHotkeys([
    ['j', step(1)],
    ['ArrowDown', step(1)],
    ['k', step(-1)],
    ['ArrowUp', step(-1)],
    ['x', withPoint(keys.take)],
    // a button or a link that has the focus is pressed by Enter itself
    ['Enter', withPoint(keys.open), { preventDefault: false }],
    ['/', keys.search],
    // others look whether it was taken
    ['Escape', keys.release, { preventDefault: false }],
  ])
}
