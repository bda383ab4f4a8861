import { readdir, readFile } from 'node:fs/promises'
import { join as joinPath } from 'node:path'
import { and, eq, isNull, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { users } from '../../server/accounts/tables.ts'
import { jobs } from '../../server/jobs/tables.ts'
import { notices } from '../../server/notify/tables.ts'
import { openMailServer } from '../helpers/notify/mail-server.ts'
import { createDocument, createPerson, join, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { newClientId } from '../helpers/access/points-of.ts'

let mail: Awaited<ReturnType<typeof openMailServer>>
let server: Awaited<ReturnType<typeof startServer>>
let owner: Person, worker: Person
let projectId: string

beforeAll(async () => {
  mail = await openMailServer()
  server = await startServer({ smtpUrl: mail.url })
  owner = await createPerson(server.url, 'Lin Yue')
  await confirmAll()
})
afterAll(async () => {
  await server.close()
  await mail.close()
})

/** As if everybody had answered the mail that asks whether an address is theirs; those that wait are taken back. */
async function confirmAll() {
  await until('those mails to be sent', async () => (await server.database.$count(jobs)) === 0)
  await server.database.update(users).set({ emailConfirmedAt: new Date() })
}

const path = () => `/api/projects/${projectId}/threads`
const newProject = async () => {
  worker = await createPerson(server.url, '王师傅', 'zh-CN')
  await confirmAll()
  mail.inbox.length = 0
  ;({ projectId } = await createDocument(owner))
  await join(owner, worker, projectId, 'manufacture', 'reviewer')
}
const raise = (more: object = {}) =>
  owner.post(path(), {
    id: newClientId(),
    commentId: newClientId(),
    anchor: { type: 'project' },
    body: '壁厚 2.8 mm？',
    ...more,
  })
const naming = () => ({
  body: undefined,
  content: {
    type: 'doc',
    content: [{ type: 'paragraph', content: [{ type: 'mention', attrs: { userId: worker.user.id } }] }],
  },
})
/** As if what waits to be gathered, or to be tried again, had waited long enough. */
async function letTimePass() {
  await server.database.update(jobs).set({
    createdAt: sql`${jobs.createdAt} - interval '1 hour'`,
    runAt: sql`least(${jobs.runAt}, now()) - interval '1 hour'`,
  })
  server.wakeDelivery()
}
const waiting = () => server.database.$count(jobs)
const idle = () => until('the post to have nothing left', async () => (await waiting()) === 0)
const mails = () => mail.to(worker.user.email!)

describe('mail', () => {
  test('a mention and a must point are told at once, in the reader’s language, with the way out', async () => {
    await newProject()
    await raise(naming())
    await raise({ severity: 'must' })
    const [mention, must] = await until('two mails', () => mails().length === 2 && mails())
    expect(mention!.text).toContain('Lin Yue在 #1 中提到了您')
    const text = must!.text
    expect(text).toContain('Lin Yue提出了 #2')
    expect(text).toContain('> 壁厚 2.8 mm？')
    expect(text).toMatch(/List-Unsubscribe: <http[^>]+\/unsubscribe\?token=[\w-]{32}>/)
    expect(text).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click')
    await idle()
  })

  test('ten comments make one mail, and only what is not read yet stands in it', async () => {
    await newProject()
    for (let count = 0; count < 10; count++) await raise()
    expect(await waiting()).toBe(1)
    expect(mails()).toEqual([])
    await worker.post('/api/notices/read', {
      noticeId: (await worker.get<{ notices: { id: string }[] }>('/api/notices')).notices[0]!.id,
    })
    await letTimePass()
    await idle()
    expect(mails()).toHaveLength(1)
    expect(mails()[0]!.text).toContain('9 条通知')
    await letTimePass()
    expect(mails()).toHaveLength(1)
  })

  test('a digest quotes what was edited as it is now, and nothing that was withdrawn', async () => {
    await newProject()
    const raised: { id: string; commentId: string }[] = []
    for (const body of ['报价一百二十万', '模厂底价']) {
      const ids = { id: newClientId(), commentId: newClientId() }
      raised.push(ids)
      await raise({ ...ids, body })
    }
    const comment = (at: number) => `${path()}/${raised[at]!.id}/comments/${raised[at]!.commentId}`
    await owner.ask('PATCH', comment(0), { body: '报价另议' })
    await owner.ask('DELETE', comment(1))
    await letTimePass()
    await idle()
    const text = mails()[0]!.text
    expect(text).toContain('> 报价另议')
    expect(text).toContain('提出了 #2')
    expect(text).not.toMatch(/一百二十|底价/)
  })

  test('of very many notices a digest names some, and all are told by it', async () => {
    await newProject()
    await raise({})
    await server.database.execute(sql`
      insert into notices (id, user_id, kind, project_id, actor_id, actor_name, actor_side, excerpt)
      select 'many-' || n, user_id, kind, project_id, actor_id, actor_name, actor_side, excerpt
      from notices, generate_series(1, 70000) n where user_id = ${worker.user.id}`)
    const untold = () =>
      server.database.$count(notices, and(eq(notices.userId, worker.user.id), isNull(notices.mailedAt)))
    await letTimePass()
    await until('a mail', () => mails().length > 0)
    expect(mails()[0]!.text).toContain('10000 条通知')
    await until('those to be told', async () => (await untold()) === 60_001)
    await server.database.delete(notices)
    await letTimePass()
    await idle()
    expect(mails()).toHaveLength(1)
  }, 60_000)

  test('who chose the digest is not told at once, and who chose none is told nothing', async () => {
    await newProject()
    await worker.ask('PUT', '/api/notices/mail', { mail: 'digest' })
    await raise({ severity: 'must' })
    expect(await waiting()).toBe(1)
    await worker.ask('PUT', '/api/notices/mail', { mail: 'off' })
    await letTimePass()
    await idle()
    await raise({ severity: 'must' })
    expect(await waiting()).toBe(0)
    expect(mails()).toEqual([])
    expect((await worker.ask('PUT', '/api/notices/mail', { mail: 'hourly' })).status).toBe(400)
  })

  test('the link in a mail ends them without a sign-in: by its page, and by the mail program’s own button', async () => {
    await newProject()
    const choice = async () => (await worker.get<{ mail: string }>('/api/notices/mail')).mail
    await raise({ severity: 'must' })
    const [sent] = await until('a mail', () => mails().length === 1 && mails())
    const token = /unsubscribe\?token=([\w-]+)/.exec(sent!.text)![1]!
    expect((await fetch(`${server.url}/unsubscribe?token=${token}`)).status).not.toBe(204)
    expect(await choice()).toBe('immediate')
    const button = { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) }
    expect((await fetch(`${server.url}/unsubscribe?token=${token}`, button)).status).toBe(204)
    expect(await choice()).toBe('off')
    await worker.ask('PUT', '/api/notices/mail', { mail: 'immediate' })
    expect((await owner.ask('POST', '/api/unsubscribe', { token })).status).toBe(204)
    expect(await choice()).toBe('off')
    expect((await owner.ask('POST', '/api/unsubscribe', { token: 'somebody' })).status).toBe(404)
  })

  test('a mail that the server refuses is tried again later', async () => {
    await newProject()
    mail.refuseNext()
    await raise({ severity: 'must' })
    await until('the refusal', async () => (await server.database.select().from(jobs))[0]?.attempts === 1)
    await until('the next try to be set', async () => {
      const [job] = await server.database.select().from(jobs)
      const wait = job!.runAt.getTime() - Date.now()
      return wait > 0 && wait < 60_000
    })
    expect(mails()).toEqual([])
    await letTimePass()
    await idle()
    expect(mails()).toHaveLength(1)
  })

  test('who left the project, and who has no address, is sent nothing', async () => {
    await newProject()
    await raise()
    await owner.ask('DELETE', `/api/projects/${projectId}/members/${worker.user.id}`)
    await letTimePass()
    await idle()
    expect(mails()).toEqual([])
    await newProject()
    await server.database
      .update(users)
      .set({ email: null, passwordHash: null })
      .where(sql`${users.id} = ${worker.user.id}`)
    await raise({ severity: 'must' })
    expect(await waiting()).toBe(0)
  })
})

test('without a mail server each mail is a file in the outbox, and the owner is told so', async () => {
  const house = await startServer()
  try {
    const lin = await createPerson(house.url, 'Lin Yue')
    const bo = await createPerson(house.url, 'Bo')
    const { projectId: id } = await createDocument(lin)
    await join(lin, bo, id, 'manufacture', 'reviewer')
    const body = { id: newClientId(), commentId: newClientId(), anchor: { type: 'project' }, body: 'Thin' }
    await lin.post(`/api/projects/${id}/threads`, { ...body, severity: 'must' })
    const folder = joinPath(house.dataDir, 'outbox')
    const [file] = await until('a mail in the outbox', async () => {
      const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.eml'))
      return files.length > 0 && files
    })
    expect(await readFile(joinPath(folder, file!), 'utf8')).toContain(bo.user.email)
    const { sendsMail } = await lin.get<{ sendsMail: boolean }>(`/api/projects/${id}/webhooks`)
    expect(sendsMail).toBe(false)
  } finally {
    await house.close()
  }
})
