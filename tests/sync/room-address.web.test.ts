import { afterEach, expect, test, vi } from 'vitest'
import { documentRoom, projectRoom, resourceRoom } from '../../web/sync/room/room-address.ts'
import { openRoom } from '../../web/sync/room/room.ts'
import { until } from '../helpers/until.ts'

const origin = 'http://127.0.0.1:1'
let dialled: string[] = []

/** A socket that the server refuses before it is open. */
class Refused extends EventTarget {
  readonly OPEN = 1
  readonly CONNECTING = 0
  readyState = 0
  onclose?: (event: Event) => void
  constructor(address: string) {
    super()
    dialled.push(new URL(address).pathname)
    setTimeout(() => this.onclose?.(Object.assign(new Event('close'), { code: 1006, reason: '' })))
  }
  send() {}
  close() {}
}

function serverWhere(answer: (path: string) => Response): string[] {
  const asked: string[] = []
  vi.stubGlobal('fetch', (address: string) => {
    const { pathname } = new URL(address)
    asked.push(pathname)
    return Promise.resolve(answer(pathname))
  })
  return asked
}

afterEach(() => {
  dialled = []
  vi.unstubAllGlobals()
})

const gone = () => Response.json({ error: { code: 'not_found' } }, { status: 404 })
const open = (room: ReturnType<typeof documentRoom>) =>
  openRoom({ room, userId: 'li', origin, WebSocket: Refused as unknown as typeof WebSocket })

test('the room of a resource without a text is opened: ready at once, and no text is asked for', async () => {
  const asked = serverWhere(gone)
  const room = await open(resourceRoom('sheet'))
  expect(room.ready.get()).toBe(true)
  await until('it to hear why it is refused', () => room.state.get().kind === 'refused')
  expect(room.state.get()).toMatchObject({ code: 'not_found' })
  expect(dialled).toEqual(['/api/rooms/sheet'])
  expect(asked).toEqual(['/api/resources/sheet/threads'])
  room.close()
})

test('a document’s text is read from its address, and a project is asked at its own why it is refused', async () => {
  const asked = serverWhere(gone)
  const text = await open(documentRoom('spec'))
  await until('the document to be refused', () => text.state.get().kind === 'refused')
  text.close()
  const project = await open(projectRoom('lamp'))
  await until('the project to be refused', () => project.state.get().kind === 'refused')
  project.close()
  expect(asked).toEqual(['/api/documents/spec/text', '/api/documents/spec', '/api/projects/lamp'])
})
