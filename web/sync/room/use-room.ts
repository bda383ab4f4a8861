import { useBlocker, type ShouldBlockFn } from '@tanstack/react-router'
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import { flushSync } from 'react-dom'
import { addHolder, askToLose, type Holder } from '../unsent/unsaved-guard.ts'
import { signedInId } from '../../api.ts'
import { recoveredWords } from '../recovered/recovered-words.ts'
import { openRoom, type Room } from './room.ts'
import { documentRoom, type RoomAddress } from './room-address.ts'
import type { Observed } from '../observable.ts'

/** The current value of something observed; the component shows anew when it changes. */
export function useObserved<Value>(observed: Observed<Value>): Value {
  return useSyncExternalStore(observed.subscribe, observed.get, observed.get)
}

/** A part of something observed, such as a word or a number; the component shows anew only when that changes. */
export function useObservedPart<Value, Part extends string | number | boolean | null>(
  observed: Observed<Value>,
  partOf: (value: Value) => Part,
): Part {
  return useSyncExternalStore(observed.subscribe, () => partOf(observed.get()))
}

/** Rooms that a page is about to show, how long they wait for it (ms), and those that are shown. */
const early = new Map<string, { opening: Promise<Room>; opened?: Room }>()
const keptMs = 10_000
const shown = new Set<string>()

const keyOf = (roomId: string, userId: string) => `${roomId} ${userId}`

/** Opens a document's room while the page that will hold it is not drawn yet. */
export async function openRoomEarly(documentId: string, userId: string): Promise<void> {
  const room = documentRoom(documentId)
  const key = keyOf(room.id, userId)
  if (early.has(key) || shown.has(key)) return
  const one: { opening: Promise<Room>; opened?: Room } = { opening: openRoom({ room, userId }) }
  early.set(key, one)
  setTimeout(() => {
    if (early.get(key) !== one) return
    early.delete(key)
    void one.opening.then((opened) => opened.close())
  }, keptMs)
  one.opened = await one.opening
}

function takeEarly(roomId: string, userId: string): Promise<Room> | undefined {
  const key = keyOf(roomId, userId)
  const one = early.get(key)
  early.delete(key)
  return one?.opening
}

/**
 * Holds a room open while the component is shown; null until this device's copy is read. Asks before the tab closes or
 * the page goes, only while changes are here that nothing else holds.
 */
export function useRoom({ id: roomId, hasText, path }: RoomAddress, userId: string): Room | null {
  const [room, setRoom] = useState<Room | null>(() => early.get(keyOf(roomId, userId))?.opened ?? null)
  /** The room whose place another is about to take: until then it holds what was written. */
  const [former, setFormer] = useState<Room | null>(null)
  useLeaveWarning(room ?? former)
  useEffect(() => {
    const address = { id: roomId, hasText, path }
    let left = false
    let opened: Room | undefined
    shown.add(keyOf(roomId, userId))
    const open = async (opening: Promise<Room>) => {
      const now = await opening
      if (left) return now.close()
      opened = now
      setRoom(now)
      setFormer(null)
      const look = () => {
        if (now.isGivenUp.get() && !left) void replace(now)
      }
      now.isGivenUp.subscribe(look)
      look()
    }
    const replace = async (givenUp: Room) => {
      // nothing is typed into a text that is given up
      flushSync(() => {
        setFormer(givenUp)
        setRoom(null)
      })
      const seed = await givenUp.handOver()
      if (left) return
      if (!seed) return setRoom(givenUp)
      givenUp.close()
      await open(openRoom({ room: address, userId, seed }))
    }
    void open(takeEarly(roomId, userId) ?? openRoom({ room: address, userId }))
    return () => {
      left = true
      shown.delete(keyOf(roomId, userId))
      if (opened) keepAtSessionEnd(opened, userId)
      opened?.close()
      setRoom(null)
      setFormer(null)
    }
  }, [roomId, hasText, path, userId])
  return room?.id === roomId ? room : null
}

/** Rooms whose words may be lost: their person said so, and left. */
const letGoOf = new WeakSet<object>()

/** A page that goes with its person's session cannot ask: words that nothing else holds are kept apart for them. */
export function keepAtSessionEnd(room: Held & Pick<Room, 'id' | 'unsavedWords'>, userId: string): void {
  if (signedInId() === userId || letGoOf.has(room) || !holdsAlone(room)) return
  const words = room.unsavedWords()
  if (words !== '') void recoveredWords(userId, room.id).keep(words, 'session_required')
}

/** So long a page waits to be left until what is on its way is saved (ms). */
const savingMs = 2_000

type Held = Pick<Room, 'state' | 'unsent' | 'keepsLocally' | 'pictures'>

/**
 * True while a room holds changes or pictures that nothing else holds: they end with the page that shows it. What is shown need not
 * tell of them, as while the link is being made.
 */
export function holdsAlone(room: Held): boolean {
  const isPending = room.unsent() > 0 || room.state.get().kind === 'saving'
  return (isPending && !room.keepsLocally.get()) || room.pictures.get() > 0
}

/** Resolves once a room holds nothing alone that is being saved just now, or after a while. */
export function whenSaved(room: Held): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!isOver && room.state.get().kind === 'saving' && holdsAlone(room)) return
      clearTimeout(timer)
      end()
      resolve()
    }
    let isOver = false
    const end = room.state.subscribe(look)
    const timer = setTimeout(() => {
      isOver = true
      look()
    }, savingMs)
    look()
  })
}

/** What a sign-out asks of a room that is shown. */
export const holderOf = (room: Held): Holder => ({
  holdsAlone: () => holdsAlone(room),
  whenSaved: () => whenSaved(room),
  letGo: () => void letGoOf.add(room),
})

function useLeaveWarning(room: Room | null): void {
  useEffect(() => (room ? addHolder(holderOf(room)) : undefined), [room])
  const shouldBlockFn = useCallback<ShouldBlockFn>(
    async ({ current, next }) => {
      if (!room || current.pathname === next.pathname) return false
      await whenSaved(room)
      return holdsAlone(room) && !(await askToLose())
    },
    [room],
  )
  const enableBeforeUnload = useCallback(
    () => room !== null && (holdsAlone(room) || room.unkept() > 0),
    [room],
  )
  useBlocker({ shouldBlockFn, enableBeforeUnload })
}
