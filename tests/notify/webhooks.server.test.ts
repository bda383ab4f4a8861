import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Delivery, Webhook } from '../../shared/notify.ts'
import { jobs } from '../../server/jobs/tables.ts'
import { webhooks } from '../../server/notify/tables.ts'
import { createDocument, createPerson, join, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { codeOf, newClientId } from '../helpers/access/points-of.ts'

const received: { url: URL; headers: IncomingHttpHeaders; text: string }[] = []
let answer = { status: 200, text: '{"errcode":0,"code":0}', headers: {} as Record<string, string> }
const receiver = createServer((request, reply) => {
  let text = ''
  request.setEncoding('utf8')
  request.on('data', (part: string) => (text += part))
  request.on('end', () => {
    received.push({ url: new URL(request.url!, 'http://receiver'), headers: request.headers, text })
    reply.writeHead(answer.status, answer.headers).end(answer.text)
  })
})

/** What was looked at whether it may be reached. */
const looked: string[] = []

let server: Awaited<ReturnType<typeof startServer>>
let owner: Person, worker: Person
let projectId: string, address: string

beforeAll(async () => {
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done))
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/robot?key=very-secret`
  const isAllowedAddress = (reached: string) => (looked.push(reached), true)
  server = await startServer({ isAllowedAddress, limits: { webhookTestsPerHour: 10 } })
  owner = await createPerson(server.url, 'Lin Yue')
  worker = await createPerson(server.url, '王师傅')
})
afterAll(async () => {
  await server.close()
  receiver.close()
})
beforeEach(async () => {
  received.length = 0
  answer = { status: 200, text: '{"errcode":0,"code":0}', headers: {} }
  ;({ projectId } = await createDocument(owner))
  await join(owner, worker, projectId, 'manufacture', 'reviewer')
})

const hooks = () => `/api/projects/${projectId}/webhooks`
const add = async (given: object) =>
  (await owner.post<{ webhook: Webhook }>(hooks(), { url: address, ...given })).webhook
const tryOut = async (id: string) =>
  (await owner.post<{ delivery: Delivery }>(`${hooks()}/${id}/test`, {})).delivery
const logOf = async (id: string) =>
  (await owner.get<{ deliveries: Delivery[] }>(`${hooks()}/${id}/deliveries`)).deliveries
/** As if the pauses before the next tries were over. */
async function letTimePass() {
  await server.database.update(jobs).set({ runAt: sql`now() - interval '1 minute'` })
  server.wakeDelivery()
}
const raise = (body = '壁厚 <at user_id="all"></at>') =>
  worker.post(`/api/projects/${projectId}/threads`, {
    id: newClientId(),
    commentId: newClientId(),
    anchor: { type: 'project' },
    body,
  })
const hmac = (key: string, text: string) => createHmac('sha256', key).update(text)

describe('what each receiver is sent', () => {
  test('JSON, signed over the time and the body', async () => {
    await add({ kind: 'json', secret: 'k1' })
    await raise()
    const { headers, text } = await until('a message', () => received[0])
    expect(JSON.parse(text)).toMatchObject({
      what: 'raised',
      actor: '王师傅',
      number: 1,
      project: 'Dazu lamp',
    })
    const time = headers['x-countersign-timestamp'] as string
    expect(headers['x-countersign-signature']).toBe(`sha256=${hmac('k1', `${time}.${text}`).digest('hex')}`)
  })

  test('WeCom, DingTalk with its sign in the address, Feishu with its sign in the body and nobody called', async () => {
    const [wecom, dingtalk, feishu] = [
      await add({ kind: 'wecom' }),
      await add({ kind: 'dingtalk', secret: 'SEC1' }),
      await add({ kind: 'feishu', secret: 'F1' }),
    ]
    await raise()
    await until('three messages', () => received.length === 3)
    const said = received.map(({ text }) => JSON.parse(text) as Record<string, never>)
    expect(said.filter((one) => 'msgtype' in one)).toEqual(
      Array.from({ length: 2 }, () =>
        expect.objectContaining({
          msgtype: 'text',
          text: { content: expect.stringContaining('王师傅 raised #1') },
        }),
      ),
    )
    const { searchParams } = received.find(({ url }) => url.searchParams.has('sign'))!.url
    const time = searchParams.get('timestamp')!
    expect(searchParams.get('sign')).toBe(hmac('SEC1', `${time}\nSEC1`).digest('base64'))
    const lark = said.find((one) => 'msg_type' in one) as unknown as {
      timestamp: string
      sign: string
      content: { text: string }
    }
    expect(lark.sign).toBe(hmac(`${lark.timestamp}\nF1`, '').digest('base64'))
    expect(lark.content.text).not.toContain('<at')
    for (const { id } of [wecom, dingtalk, feishu]) {
      await until('the log', async () => (await logOf(id)).length === 1)
      expect(await logOf(id)).toMatchObject([{ what: 'raised', status: 200, problem: null, attempt: 1 }])
    }
  })

  test('the present words of what was edited, and none of what was withdrawn, while it waited to be sent', async () => {
    await add({ kind: 'json', secret: 'k1' })
    answer.status = 503
    const ids = [1, 2].map(() => newClientId())
    const threads = `/api/projects/${projectId}/threads`
    for (const commentId of ids) {
      await worker.post(threads, { id: commentId, commentId, anchor: { type: 'project' }, body: '模厂底价' })
    }
    await until('the first to be put off', async () => {
      const [first] = await server.database.select().from(jobs).where(eq(jobs.attempts, 1))
      return first && first.runAt.getTime() < Date.now() + 60_000
    })
    await worker.ask('PATCH', `${threads}/${ids[0]}/comments/${ids[0]}`, { body: '报价另议' })
    await worker.ask('DELETE', `${threads}/${ids[1]}/comments/${ids[1]}`)
    received.length = 0
    answer.status = 200
    await letTimePass()
    await until('both messages', () => received.length === 2)
    const excerpts = received.map(({ text }) => (JSON.parse(text) as { excerpt: string }).excerpt)
    expect(excerpts).toEqual(['报价另议', ''])
  })

  test('a draft is told nobody', async () => {
    await add({ kind: 'json', secret: 'k1' })
    await worker.post(`/api/projects/${projectId}/threads`, {
      id: newClientId(),
      commentId: newClientId(),
      anchor: { type: 'project' },
      body: 'draft',
      draft: true,
    })
    await raise('said')
    await until('a message', () => received.length > 0)
    expect(received.map(({ text }) => (JSON.parse(text) as { excerpt: string }).excerpt)).toEqual(['said'])
  })
})

describe('what goes wrong', () => {
  test('a robot that says no by its code, and a redirect, which is not followed', async () => {
    const { id } = await add({ kind: 'wecom' })
    answer.text = '{"errcode":93000}'
    expect(await tryOut(id)).toMatchObject({ what: 'test', status: 200, problem: 'refused' })
    answer = { status: 302, text: '', headers: { Location: address } }
    expect(await tryOut(id)).toMatchObject({ status: 302, problem: 'refused' })
    expect(received).toHaveLength(2)
  })

  test('what failed is tried again, and the log says so', async () => {
    const { id } = await add({ kind: 'json', secret: 'k1' })
    answer.status = 500
    await raise()
    await until('the first try', async () => (await logOf(id)).length === 1)
    await until('it to be put off', async () => {
      const [job] = await server.database.select().from(jobs).where(eq(jobs.line, id))
      return job?.attempts === 1 && job.runAt.getTime() < Date.now() + 60_000
    })
    answer.status = 200
    await letTimePass()
    await until('the second try', async () => (await logOf(id)).length === 2)
    expect((await logOf(id)).map(({ attempt, problem }) => [attempt, problem])).toEqual([
      [2, null],
      [1, 'refused'],
    ])
  })
})

describe('what is kept secret, and from whom', () => {
  test('neither the secret nor the path of the address comes out again', async () => {
    await add({ kind: 'json', secret: 'top-secret' })
    const reply = JSON.stringify(await owner.get(hooks()))
    expect(reply).not.toMatch(/top-secret|very-secret/)
    expect(reply).toContain('"signed":true')
  })

  test('only an owner sees or changes them, and only those of the own project', async () => {
    const { id } = await add({ kind: 'json', secret: 'k1' })
    expect(codeOf(await worker.ask('GET', hooks()))).toBe('not_allowed')
    const other = await createDocument(owner)
    const elsewhere = `/api/projects/${other.projectId}/webhooks/${id}`
    expect(codeOf(await owner.ask('DELETE', elsewhere))).toBe('not_found')
    expect((await owner.ask('DELETE', `${hooks()}/${id}`)).status).toBe(204)
  })

  test('JSON is not sent unsigned: without a secret it is refused, and the field is named', async () => {
    for (const secret of [undefined, '', '  ']) {
      const refused = await owner.ask('POST', hooks(), { kind: 'json', url: address, secret })
      expect(refused.body).toMatchObject({ error: { code: 'invalid_input', params: { field: 'secret' } } })
    }
    expect((await owner.ask('POST', hooks(), { kind: 'wecom', url: address })).status).toBe(201)
  })

  test('no more than the limit, no other kind', async () => {
    expect(codeOf(await owner.ask('POST', hooks(), { kind: 'fax', url: address }))).toBe('invalid_input')
    for (let count = 0; count < 10; count++) await add({ kind: 'json', secret: 'k1' })
    looked.length = 0
    expect(codeOf(await owner.ask('POST', hooks(), { kind: 'json', secret: 'k1', url: address }))).toBe(
      'too_many_webhooks',
    )
    // nobody is asked for a name that is not kept anyway
    expect(looked).toEqual([])
  })

  test('one is tried no more often in an hour than the limit, and whose it is says when again', async () => {
    const { id } = await add({ kind: 'json', secret: 'k1' })
    const ask = () => owner.ask('POST', `${hooks()}/${id}/test`, {})
    // some were used up before
    for (let count = 0; count < 10; count++) await ask()
    received.length = 0
    const { status, body } = await ask()
    expect([status, received.length]).toEqual([429, 0])
    expect(body).toMatchObject({ error: { code: 'too_many_requests' } })
  })
})

describe('the product', () => {
  let house: Awaited<ReturnType<typeof startServer>>
  let lin: Person
  let kept: string
  beforeAll(async () => {
    house = await startServer()
    lin = await createPerson(house.url, 'Lin Yue')
    kept = `/api/projects/${(await createDocument(lin)).projectId}/webhooks`
  })
  afterAll(() => house.close())

  test.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://localhost:80/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a00:1]/',
    'http://[fd00:ec2::254]/',
    'http://[fe80::1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://10.1.2.3/',
    'http://172.20.0.1/',
    'http://192.168.1.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://100.100.100.200/',
    'http://0.0.0.0/',
    'https://user:word@example.com/',
    'file:///etc/passwd',
    'robot',
  ])('does not keep %s', async (url) => {
    expect(codeOf(await lin.ask('POST', kept, { kind: 'json', secret: 'k1', url }))).toBe('webhook_address')
  })

  test('does not send to an address that turned private after it was kept', async () => {
    const given = { kind: 'json', secret: 'k1', url: 'http://8.8.8.8/' }
    const { webhook } = await lin.post<{ webhook: Webhook }>(kept, given)
    await house.database.update(webhooks).set({ url: address })
    const direct = await lin.post<{ delivery: Delivery }>(`${kept}/${webhook.id}/test`, {})
    expect(direct.delivery).toMatchObject({ status: null, problem: 'closed' })
    await house.database.update(webhooks).set({ url: address.replace('127.0.0.1', 'localhost') })
    const named = await lin.post<{ delivery: Delivery }>(`${kept}/${webhook.id}/test`, {})
    expect(named.delivery).toMatchObject({ status: null, problem: 'closed' })
    expect(received).toEqual([])
  })
})
