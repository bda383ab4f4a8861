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
