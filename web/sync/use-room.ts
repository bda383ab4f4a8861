import { useEffect, useState, useSyncExternalStore } from 'react'
import { openRoom, type Room } from './room.ts'
import type { Observed } from './observable.ts'

/** The current value of something observed; the component shows anew when it changes. */
export function useObserved<Value>(observed: Observed<Value>): Value {
  return useSyncExternalStore(observed.subscribe, observed.get)
}

/** A part of something observed, such as a word or a number; the component shows anew only when that changes. */
export function useObservedPart<Value, Part extends string | number | boolean | null>(
  observed: Observed<Value>,
  partOf: (value: Value) => Part,
): Part {
  return useSyncExternalStore(observed.subscribe, () => partOf(observed.get()))
}

/** Holds a room open while the component is shown; null until this device's copy is read. */
export function useRoom(roomId: string, userId: string, { hasText = true } = {}): Room | null {
  const [room, setRoom] = useState<Room | null>(null)
  useEffect(() => {
    let left = false
    let opened: Room | undefined
    const open = async () => {
      opened = await openRoom({ roomId, userId, hasText })
      if (left) opened.close()
      else setRoom(opened)
    }
    void open()
    return () => {
      left = true
      opened?.close()
      setRoom(null)
    }
  }, [roomId, userId, hasText])
  return room?.id === roomId ? room : null
}

/** Asks before the tab closes, only while it holds changes that nothing else holds. */
export function useLeaveWarning(room: Room | null): void {
  useEffect(() => {
    if (!room) return
    const ask = (event: BeforeUnloadEvent) => {
      const state = room.state.get()
      const pending = state.kind === 'saving' || ('changes' in state && state.changes > 0)
      if (pending && !room.keepsLocally) event.preventDefault()
    }
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [room])
}
