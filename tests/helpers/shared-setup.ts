import type { TestProject } from 'vitest/node'

type Close = () => Promise<void> | void
type Provide = TestProject['provide']

interface Shared {
  /** Projects that use it now. */
  users: number
  opened: Promise<{ provided: Map<string, unknown>; close: Close }>
}

// each project loads its setup for itself: what they share stands where all of a process see it
const held = ((globalThis as { sharedSetups?: Map<string, Shared> }).sharedSetups ??= new Map<
  string,
  Shared
>())

/** A setup that is made once for all projects of a run, and closed when the last of them has ended. */
export const shared =
  (name: string, setup: (provide: Provide) => Promise<Close>) =>
  async (project: TestProject): Promise<Close> => {
    const one = held.get(name) ?? { users: 0, opened: open(setup) }
    held.set(name, one)
    one.users += 1
    const { provided, close } = await one.opened
    for (const [key, value] of provided) project.provide(key as never, value as never)
    return async () => {
      one.users -= 1
      if (one.users > 0) return
      held.delete(name)
      await close()
    }
  }

async function open(setup: (provide: Provide) => Promise<Close>) {
  const provided = new Map<string, unknown>()
  return { close: await setup((key, value) => void provided.set(key, value)), provided }
}
