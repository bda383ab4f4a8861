import { IconFileText } from '@tabler/icons-react'
import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  linkOptions,
  redirect,
} from '@tanstack/react-router'
import { z } from 'zod'
import { accountQuery } from './accounts/account.ts'
import { documentQuery } from './editor/document-query.ts'
import { Frame } from './pages/frame/Frame.tsx'
import { FailedPage } from './pages/frame/FailedPage.tsx'
import { NotFoundPage } from './pages/frame/NotFoundPage.tsx'
import { SignedIn } from './pages/frame/SignedIn.tsx'
import { threadsSearch } from './threads/threads-search.ts'
import { nodeKind, projectKind, textKind } from './review/anchors/described-kinds.ts'
import { threadsQuery } from './sync/threads/thread-lists.ts'
import { registerAnchorKind } from './ui/kinds/anchor-kinds.ts'
import { Loading } from './ui/feedback/Loading.tsx'
import { registerResourceKind } from './ui/kinds/resource-kinds.ts'

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({ component: Frame })

/** Where to go after signing in: a path of ours, never another site's. */
const arrival = z.object({
  next: z
    .string()
    .regex(/^\/(?![/\\])/)
    .optional()
    .catch(undefined),
})

/** Who goes back to a form by which they came in is signed in, as far as is known here: they go on to where it led. */
const whenSignedIn = ({
  context: { queryClient },
  search: { next },
}: {
  context: { queryClient: QueryClient }
  search: { next?: string }
}) => {
  if (queryClient.getQueryData(accountQuery.queryKey)) throw redirect({ href: next ?? '/', replace: true })
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: arrival,
  beforeLoad: whenSignedIn,
  component: lazyRouteComponent(() => import('./pages/signed-out/SignInPage.tsx'), 'SignInPage'),
})
const createAccount = createRoute({
  getParentRoute: () => root,
  path: '/create-account',
  validateSearch: arrival,
  beforeLoad: whenSignedIn,
  component: lazyRouteComponent(
    () => import('./pages/signed-out/CreateAccountPage.tsx'),
    'CreateAccountPage',
  ),
})
/** The secret stands behind the `#`, so that no server and no log ever sees it. */
const invite = createRoute({
  getParentRoute: () => root,
  path: '/invite',
  component: lazyRouteComponent(() => import('./pages/signed-out/InvitePage.tsx'), 'InvitePage'),
})
/** As for an invitation, the secret stands behind the `#`. */
const confirmEmail = createRoute({
  getParentRoute: () => root,
  path: '/confirm-email',
  component: lazyRouteComponent(() => import('./pages/signed-out/ConfirmEmailPage.tsx'), 'ConfirmEmailPage'),
})

const reference = createRoute({
  getParentRoute: () => root,
  path: '/reference',
  component: lazyRouteComponent(() => import('./pages/ReferencePage.tsx'), 'ReferencePage'),
})

const guest = createRoute({
  getParentRoute: () => root,
  path: '/guest',
  component: lazyRouteComponent(() => import('./pages/signed-out/GuestPage.tsx'), 'GuestPage'),
})

/** Everything below needs a session; who has none is sent to sign in and then back. */
const unsubscribe = createRoute({
  getParentRoute: () => root,
  path: '/unsubscribe',
  validateSearch: z.object({ token: z.string().max(64).optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('./pages/signed-out/UnsubscribePage.tsx'), 'UnsubscribePage'),
})
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: SignedIn,
  beforeLoad: async ({ context, location }) => {
    const user = await context.queryClient.ensureQueryData(accountQuery)
    if (!user) {
      const next = location.href === '/' ? undefined : location.href
      throw redirect({ to: '/sign-in', search: { next } })
    }
  },
})
const projects = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  /** `new`: the form for a new project stands open. */
  validateSearch: z.object({ new: z.boolean().optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('./pages/project/ProjectsPage.tsx'), 'ProjectsPage'),
})
const claim = createRoute({
  getParentRoute: () => signedIn,
  path: '/claim',
  validateSearch: arrival,
  component: lazyRouteComponent(() => import('./pages/signed-out/ClaimPage.tsx'), 'ClaimPage'),
})
const settings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/SettingsPage.tsx'), 'SettingsPage'),
})
const project = createRoute({
  getParentRoute: () => signedIn,
  path: '/projects/$projectId',
  component: lazyRouteComponent(() => import('./pages/project/ProjectPage.tsx'), 'ProjectPage'),
})
const signing = createRoute({
  getParentRoute: () => signedIn,
  path: '/projects/$projectId/sign',
  validateSearch: z.object({ revision: z.string().optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('./pages/project/SigningPage.tsx'), 'SigningPage'),
})
const threads = createRoute({
  getParentRoute: () => signedIn,
  path: '/projects/$projectId/points',
  validateSearch: threadsSearch,
  component: lazyRouteComponent(() => import('./pages/project/ThreadsPage.tsx'), 'ThreadsPage'),
})
const trail = createRoute({
  getParentRoute: () => signedIn,
  path: '/projects/$projectId/trail',
  component: lazyRouteComponent(() => import('./pages/project/TrailPage.tsx'), 'TrailPage'),
})
const document = createRoute({
  getParentRoute: () => signedIn,
  path: '/documents/$documentId',
  validateSearch: z.object({
    /** The right pane's tab. */
    pane: z.enum(['points', 'versions']).optional().catch(undefined),
    thread: z.string().optional().catch(undefined),
    version: z.string().optional().catch(undefined),
    /** Words to be found in the text at once. */
    find: z.string().max(200).optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('./pages/document/DocumentPage.tsx'), 'DocumentPage'),
  loader: ({ context: { queryClient }, params: { documentId }, preload, cause }) => {
    const user = queryClient.getQueryData(accountQuery.queryKey)
    // not waited for: what the page needs comes while its own code is on its way
    if (user && cause === 'enter') {
      import('./sync/room/use-room.ts')
        .then(({ openRoomEarly }) => openRoomEarly(documentId, user.id))
        .catch(() => {})
    }
    const loading = queryClient.fetchQuery(documentQuery(documentId)).then(async (opened) => {
      if (!preload) await queryClient.prefetchQuery(threadsQuery(opened.document.projectId, documentId))
    })
    // the page asks once more and says what went wrong
    loading.catch(() => {})
  },
})

registerAnchorKind('text', textKind)
registerAnchorKind('node', nodeKind)
registerAnchorKind('project', projectKind)
registerResourceKind('document', {
  linkTo: (documentId, search) =>
    linkOptions({ to: '/documents/$documentId', params: { documentId }, search }),
  Icon: IconFileText,
})

const routeTree = root.addChildren([
  signIn,
  createAccount,
  invite,
  confirmEmail,
  unsubscribe,
  guest,
  reference,
  signedIn.addChildren([projects, claim, settings, project, signing, threads, trail, document]),
])

/** The addresses of the application; pages load when they are first shown. */
export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    defaultPendingComponent: Loading,
    defaultErrorComponent: FailedPage,
    defaultNotFoundComponent: NotFoundPage,
    scrollRestoration: true,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}

/** Fetches the code of the page that the address names, which else begins when the server has said who is signed in. */
export function startPageCode(router: ReturnType<typeof createAppRouter>): void {
  const matches: { routeId: keyof typeof router.routesById }[] = router.matchRoutes(router.latestLocation)
  for (const { routeId } of matches) {
    const { component } = router.routesById[routeId].options
    // a failure is met again, and told, when the page is opened
    component?.preload?.()?.catch(() => {})
  }
}
