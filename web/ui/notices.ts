import { notifications } from '@mantine/notifications'
import { i18n } from '../i18n.ts'
import { errorText } from './error-text.ts'

/** Says that something was done; gone after four seconds, when `onClose` is called. Gives the notice's id. */
export function tellDone(message: string, onClose?: () => void): string {
  return notifications.show({ ...done(message), onClose })
}

const done = (message: string) => ({
  message,
  color: 'ink',
  autoClose: 4_000,
  withBorder: true,
  closeButtonProps: { 'aria-label': i18n.t('ui:close') },
})

/** As `tellDone`, in the place of what was told under this name before. */
export function tellLatest(name: string, message: string): void {
  notifications.hide(name)
  notifications.show({ ...done(message), id: name })
}

/** Says something else in a notice that still stands; one that is gone stays gone. */
export function tellInstead(notice: string, message: string): void {
  notifications.update({ id: notice, message })
}

/** Says why something was not done; stays until it is read. */
export function tellError(error: unknown): void {
  tellFailed(errorText(error, i18n.t))
}

/** As `tellError`, of what only the browser refused. */
export function tellFailed(message: string): void {
  notifications.show({
    message,
    color: 'seal',
    autoClose: false,
    withBorder: true,
    closeButtonProps: { 'aria-label': i18n.t('ui:close') },
  })
}
