import type { Page } from '@playwright/test'

/**
 * Puts a gate between a page and its rooms: while it is closed, what the page sends arrives and what the server
 * answers waits. To be called before the page opens.
 */
export async function gateRooms(page: Page): Promise<{
  close(): void
  open(): void
  /** Whether something waits that has these characters in it. */
  holds(part: string): boolean
}> {
  let isClosed = false
  const waiting: { message: string | Buffer; send(): void }[] = []
  await page.routeWebSocket(/\/api\/rooms\//, (socket) => {
    const server = socket.connectToServer()
    server.onMessage((message) => {
      if (isClosed) waiting.push({ message, send: () => socket.send(message) })
      else socket.send(message)
    })
  })
  return {
    close: () => void (isClosed = true),
    open() {
      isClosed = false
      for (const { send } of waiting.splice(0)) send()
    },
    holds: (part) => waiting.some(({ message }) => String(message).includes(part)),
  }
}

/**
 * Stands at the door of a page's rooms: while it is held, who knocks waits there, and the page is still connecting. To
 * be called before the page opens.
 */
export async function holdRoomDoor(page: Page): Promise<{
  hold(): void
  /** Opens the door until a room has said its first word; who knocks after that waits. */
  admitOne(): void
  open(): void
  /** How many have waited so far. */
  waited(): number
}> {
  let isHeld = false
  let isForOne = false
  let waited = 0
  let letIn: (() => void)[] = []
  const open = () => {
    isHeld = false
    for (const go of letIn.splice(0)) go()
  }
  await page.routeWebSocket(/\/api\/rooms\//, async (socket) => {
    if (isHeld) {
      waited++
      await new Promise<void>((go) => letIn.push(go))
    }
    const server = socket.connectToServer()
    server.onMessage((message) => {
      if (isForOne) isHeld = true
      isForOne = false
      socket.send(message)
    })
  })
  return {
    hold: () => void (isHeld = true),
    admitOne() {
      isForOne = true
      open()
    },
    open,
    waited: () => waited,
  }
}
