import { z } from '@hono/zod-openapi'
import { user as userShape } from '../../shared/accounts.ts'
import type { Counter } from '../../shared/rules/counter.ts'
import { Refusal } from '../../shared/errors.ts'
import type { Publish } from '../../shared/wire/events.ts'
import {
  claimGuest,
  createGuestLink,
  enterAsGuest,
  guestLink,
  guestOffer,
  previewGuestLink,
} from '../../shared/guests.ts'
import type { Limits } from '../../shared/limits.ts'
import { person } from '../../shared/projects.ts'
import { foldWidth } from '../../shared/text/width-folding.ts'
import { sees } from '../../shared/permissions.ts'
import type { Addresses } from '../accounts/addresses.ts'
import type { LoginThrottle } from '../accounts/login-throttle.ts'
import type { Passwords } from '../accounts/passwords.ts'
import type { Sessions } from '../accounts/sessions.ts'
import type { Database, Queries } from '../db/database.ts'
import { addressOf } from '../http/address.ts'
import { chargedList } from '../http/limits/list-budget.ts'
import { ofNewPassword } from '../http/refusals.ts'
import { declareRoute, feature, json, nothing } from '../http/route.ts'
import type { Bus, Rooms } from '../rooms/ports.ts'
import { countPeopleRows, listPeople } from './people.ts'
import { actorOf } from '../trail/append.ts'
import { createGuestLinkThrottle } from './guest-link-throttle.ts'
import { becomeAccount } from './claiming.ts'
import { enterByLink, previewLink } from './redeem.ts'
import { countGuestLinks, createLink, listGuestLinks, revokeLink } from './guest-links.ts'

interface Needs {
  database: Database
  limits: Limits
  counter: Counter
  sessions: Sessions
  throttle: LoginThrottle
  passwords: Passwords
  addresses: Addresses
  recheck: Bus['recheck']
  publish: Publish
  reading: Rooms['reading']
}

const projectParams = z.object({ projectId: z.string() })

const ofGuestLink = [
  'guest_link_invalid',
  'guest_link_revoked',
  'guest_link_expired',
  'guest_link_taken',
] as const

/** Guests: people without an account whom an owner lets into some documents by a link. */
export function guestRoutes(needs: Needs) {
  const { database, limits, counter, sessions, throttle, passwords } = needs
  const { addresses, recheck, publish, reading } = needs
  const linkThrottle = createGuestLinkThrottle(limits, counter)
  return feature('Guests')
    .openapi(
      declareRoute('project.read', {
        method: 'get',
        path: '/api/projects/{projectId}/people',
        operationId: 'listPeople',
        summary: 'List who can be named in a project',
        guests: true,
        description:
          'Who can be named, and where. A guest sees who meets them in a document, and no other document.',
        request: { params: projectParams },
        responses: { 200: json(z.object({ people: z.array(person) })) },
      }),
      async (c) => {
        const { scope } = c.var
        const { projectId } = scope
        const rows = countPeopleRows(database, projectId)
        const all = await chargedList(c, reading, rows, () => listPeople(database, projectId))
        const people = all.map((one) => ({
          ...one,
          resources: one.resources && one.resources.filter((id) => sees(scope, id)),
        }))
        return c.json({ people: people.filter(({ resources }) => resources?.length !== 0) }, 200)
      },
    )
    .openapi(
      declareRoute('members.manage', {
        method: 'get',
        path: '/api/projects/{projectId}/guest-links',
        operationId: 'listGuestLinks',
        summary: 'List the guest links of a project',
        request: { params: projectParams },
        responses: { 200: json(z.object({ links: z.array(guestLink) }), 'The latest first') },
      }),
      async (c) => {
        const { projectId } = c.var.scope
        const count = countGuestLinks(database, projectId)
        const links = await chargedList(c, reading, count, () => listGuestLinks(database, projectId))
        return c.json({ links }, 200)
      },
    )
    .openapi(
      declareRoute('members.manage', {
        method: 'post',
        path: '/api/projects/{projectId}/guest-links',
        operationId: 'createGuestLink',
        summary: 'Make a guest link',
        refusals: ['too_many_guest_links'],
        request: { params: projectParams, body: json(createGuestLink) },
        responses: {
          201: json(z.object({ link: guestLink, token: z.string() }), 'The secret is shown this once'),
        },
      }),
      async (c) => {
        const { projectId, userId: createdBy } = c.var.scope
        const { code, ...given } = c.req.valid('json')
        const codeHash =
          code === undefined
            ? null
            : await passwords.hashCode(foldWidth(code), addressOf(c), c.req.raw.signal)
        const made = await createLink(
          c.var.database,
          { ...given, codeHash, projectId },
          actorOf(c.var),
          limits,
        )
        const { id: linkId, role, side } = made.link
        c.var.log.info({ event: 'guest link made', projectId, linkId, role, side, by: createdBy })
        return c.json(made, 201)
      },
    )
    .openapi(
      declareRoute('members.manage', {
        method: 'delete',
        path: '/api/projects/{projectId}/guest-links/{linkId}',
        operationId: 'revokeGuestLink',
        summary: 'Revoke a guest link',
        request: { params: projectParams.extend({ linkId: z.string() }) },
        responses: { 204: nothing },
      }),
      async (c) => {
        const { projectId } = c.var.scope
        const { linkId } = c.req.valid('param')
        const userId = await revokeLink(c.var.database, projectId, linkId, actorOf(c.var))
        if (userId !== null) {
          await recheck({ projectId, userId })
          publish(projectId, { type: 'members.changed' })
        }
        c.var.log.info({ event: 'guest link revoked', projectId, linkId, by: c.var.user.id })
        return c.body(null, 204)
      },
    )
    .openapi(
      declareRoute('public', {
        method: 'post',
        path: '/api/guests/look',
        operationId: 'readGuestLink',
        summary: 'Look at a guest link',
        refusals: ofGuestLink,
        request: { body: json(previewGuestLink) },
        responses: { 200: json(z.object({ offer: guestOffer })) },
      }),
      async (c) => {
        const { token } = c.req.valid('json')
        linkThrottle.count(token, addressOf(c))
        const here = await sessions.read(c.req.header('cookie'))
        const offer = await previewLink(database, token, here?.user.id ?? null)
        return c.json({ offer }, 200)
      },
    )
    .openapi(
      declareRoute('public', {
        method: 'post',
        path: '/api/guests/enter',
        operationId: 'enterAsGuest',
        summary: 'Come in by a guest link',
        refusals: [
          ...ofGuestLink,
          'guest_code_wrong',
          'guest_name_taken',
          'already_member',
          'session_required',
        ],
        description:
          'In as who is signed in here, or else as a new guest of the name given, which nobody else there may have.',
        request: { body: json(enterAsGuest) },
        responses: { 200: json(z.object({ projectId: z.string() }), 'In') },
      }),
      async (c) => {
        const { locale = 'en', ...given } = c.req.valid('json')
        linkThrottle.count(given.token, addressOf(c))
        const here = await sessions.read(c.req.header('cookie'))
        const from = { user: here?.user ?? null, address: addressOf(c), signal: c.req.raw.signal }
        const openSession = (db: Queries, entering: string) => sessions.openIn(db, c, entering)
        const { projectId, userId, arrival, give } = await enterByLink(
          c.var.database,
          { throttle, passwords, openSession },
          { ...given, locale },
          from,
        )
        if (arrival === 'moving') await recheck({ userId })
        // who was a guest by another link has from now on what this one opens
        if (arrival === 'new' && here) await recheck({ projectId, userId })
        if (here && here.user.id !== userId && (await sessions.end(here.user.id, here.sessionId))) {
          await recheck({ userId: here.user.id, sessionId: here.sessionId })
        }
        give()
        if (arrival === 'new') publish(projectId, { type: 'members.changed' })
        c.var.log.info({ event: 'guest entered', projectId, userId, arrival })
        return c.json({ projectId }, 200)
      },
    )
    .openapi(
      declareRoute('session', {
        method: 'post',
        path: '/api/guests/claim',
        operationId: 'claimGuest',
        summary: 'Turn a guest into an account',
        refusals: [...ofNewPassword, 'account_present', 'email_taken'],
        description: 'Turns the guest into an account: the same person, with all that they wrote.',
        request: { body: json(claimGuest) },
        responses: { 200: json(z.object({ user: userShape })) },
      }),
      async (c) => {
        if (c.var.user.email !== null) throw new Refusal('account_present')
        const { password, ...given } = c.req.valid('json')
        const passwordHash = await passwords.hash(password, addressOf(c), c.req.raw.signal)
        const { id: userId } = c.var.user
        const claimed = await becomeAccount(c.var.database, addresses, userId, { ...given, passwordHash })
        await addresses.ask(given.email, claimed.locale, addressOf(c))
        await recheck({ userId })
        await sessions.open(c, { id: userId, passwordHash })
        c.var.log.info({ event: 'guest became an account', userId })
        const { id, email, name, firm, locale } = claimed
        return c.json({ user: { id, email, name, firm, locale } }, 200)
      },
    )
}
