import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld, type Reply, type World } from '../helpers/access/world.ts'
import { lampProject } from '../helpers/signoff/lamp-project.ts'
import { picture, pictureSha256 } from '../helpers/signoff/lamp-revision.ts'

/** What is signed names its pictures by their SHA-256: another picture in the place of one is never shown or printed for it. */

let world: World
let lamp: Awaited<ReturnType<typeof lampProject>>
beforeAll(async () => {
  world = await openWorld()
  lamp = await lampProject(world)
})
afterAll(() => world.close())

const swap = async () => {
  const other = await sharp({ create: { width: 8, height: 4, channels: 3, background: 'red' } })
    .png()
    .toBuffer()
  const lies = [pictureSha256.slice(0, 2), pictureSha256.slice(2, 4), pictureSha256]
  await writeFile(join(world.folder, 'files', ...lies), other)
}
const sendAgain = () =>
  lamp.designer.ask('POST', `${lamp.path}/files`, { body: picture, headers: { 'content-type': 'image/png' } })
const told = ({ status, body }: Reply) => [status, body.error?.code]
const broken = [409, 'file_broken']

test('a picture that was changed on the disk stands in no print, and is not put forward', async () => {
  const open = await lamp.put()
  const print = () => lamp.maker.get(`${lamp.path}/revisions/${open.id}/revision.pdf`)
  expect((await print()).status).toBe(200)
  await swap()
  expect(told(await lamp.maker.get(`${lamp.path}/files/${pictureSha256}`))).toEqual(broken)
  expect(told(await print())).toEqual(broken)
  await lamp.designer.post(`${lamp.path}/revisions/${open.id}/withdraw`)
  const refused = await lamp.designer.post(`${lamp.path}/revisions`, { description: '' })
  expect(told(refused)).toEqual(broken)
  expect(refused.body.error.params.name).toEqual(expect.any(String))

  await sendAgain()
  const whole = await lamp.put()
  await lamp.sign(lamp.designer, whole)
  await swap()
  await lamp.sign(lamp.maker, whole)
  await world.sealing.settled(whole.id, 2_000)
  const state = async () => (await lamp.maker.get(`${lamp.path}/revisions/${whole.id}`)).body.revision.state
  expect(await state()).toBe('sealing')
  await sendAgain()
  await world.sealing.settled(whole.id, 60_000)
  expect(await state()).toBe('signed')
  // what was signed is handed out as it was stored, whatever becomes of the picture since
  await swap()
  expect((await lamp.maker.get(`${lamp.path}/revisions/${whole.id}/package.zip`)).status).toBe(200)
}, 120_000)
