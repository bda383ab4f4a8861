import { Outlet } from '@tanstack/react-router'
import { Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { useObserved } from '../../sync/room/use-room.ts'
import { deviceKeeps } from '../../sync/unsent/device-keeps.ts'
import { Loading } from '../../ui/feedback/Loading.tsx'
import { OfflineBar } from '../../ui/feedback/OfflineBar.tsx'
import classes from './Frame.module.css'
import { Palette } from './Palette.tsx'

/** What every page stands in: the way past the bar for keyboards, the palette, and the word about a lost network. */
export function Frame() {
  const { t } = useTranslation('ui')
  const kept = useObserved(deviceKeeps)
  return (
    <Suspense fallback={<Loading />}>
      <a className={classes.skip} href="#root" onClick={skipToMain}>
        {t('skipToMain')}
      </a>
      <Outlet />
      <OfflineBar kept={kept} />
      <Palette />
    </Suspense>
  )
}

function skipToMain(event: { preventDefault(): void }) {
  event.preventDefault()
  const main = document.querySelector('main')
  main?.setAttribute('tabindex', '-1')
  main?.focus()
}
