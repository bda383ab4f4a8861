import './zod-without-eval.ts'
import { MantineProvider } from '@mantine/core'
import { ModalsProvider } from '@mantine/modals'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { accountQuery } from './accounts/account.ts'
import { expectUser } from './api.ts'
import { i18n, startTranslations } from './i18n.ts'
import { regionalFormatsOf } from './ui/language/formats.ts'
import { createQueryClient } from './query-client.ts'
import { meantAddress } from './pages/signed-out/link-secret.ts'
import { createAppRouter, startPageCode } from './routes.tsx'
import { watchPresses } from './sync/after-press.ts'
import { mergeThread } from './sync/threads/thread-store.ts'
import { keepFocus } from './ui/kept-focus.ts'
import { catchStrayDrops } from './ui/files/stray-drops.ts'
import { partPastedCells } from './ui/text/pasted-lines.ts'
import { watchMeantPresses } from './ui/meant-press.ts'
import { surviveTranslation } from './ui/survive-translation.ts'
import { sendByKeys } from './ui/forms/send-by-keys.ts'
import { cssVariablesResolver, getStyleNonce, theme } from './ui/layout/theme.ts'
import { Toasts } from './ui/feedback/Toasts.tsx'
import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import '@fontsource-variable/noto-sans-sc/wght.css'
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import '@mantine/spotlight/styles.css'
import './ui/layout/global.css'
import './ui/layout/print.css'

// the scroll lock inside Mantine's dialogs asks for its nonce by this name
Object.assign(globalThis, { __webpack_nonce__: getStyleNonce() })

surviveTranslation()
partPastedCells()
keepFocus()
watchMeantPresses(window)
watchPresses(window)
catchStrayDrops()
sendByKeys()
const queryClient = createQueryClient(() => {
  queryClient.setQueryData(accountQuery.queryKey, null)
  void router.invalidate()
})
expectUser({
  id: () => queryClient.getQueryData(accountQuery.queryKey)?.id,
  onMismatch: () => void queryClient.invalidateQueries({ queryKey: accountQuery.queryKey }),
})
// a link whose # came along as another sign leads where it was to lead
const meant = meantAddress(location)
if (meant) history.replaceState(null, '', meant)
const router = createAppRouter(queryClient)

// side by side: the words, the first page's code, and what it needs
startPageCode(router)
await Promise.all([
  // a browser's first number takes some 20 ms, which pass here while the page waits for its data
  startTranslations().then(() => regionalFormatsOf(i18n.language).number(0)),
  router.load(),
])

// what waits on this device is sent as long as its author is signed in here, whatever page is open; who is not needs no
// code for it
let sending: Promise<typeof import('./review/queue/queues.ts')> | null = null
const sendWaiting = () => {
  const account = queryClient.getQueryData(accountQuery.queryKey)
  if (account)
    sending ??= import('./review/queue/queues.ts').then((queues) => {
      queues.onSent((thread) => mergeThread(queryClient, thread))
      return queues
    })
  if (account !== undefined) void sending?.then(({ sendFor }) => sendFor(account?.id ?? null))
}
sendWaiting()
queryClient.getQueryCache().subscribe(sendWaiting)

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      getStyleNonce={getStyleNonce}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={queryClient}>
        <ModalsProvider>
          <Toasts />
          <RouterProvider router={router} />
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
