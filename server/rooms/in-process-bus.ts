import type { Bus, BusListener } from './ports.ts'

/** The bus of a server that is one process: whoever listens is called at once. */
export function inProcessBus(): Bus {
  const listeners = new Set<BusListener>()
  return {
    publish(projectId, event) {
      for (const listener of listeners) listener.publish(projectId, event)
    },
    async recheck(filter) {
      await Promise.all([...listeners].map((listener) => listener.recheck(filter)))
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
