import { notifications } from '@mantine/notifications'
import { i18n } from '../i18n.ts'
import { errorText } from './error-text.ts'

/** Says that something was done; gone after four seconds. */
export function tellDone(message: string): void {
  notifications.show({
    message,
    color: 'ink',
    autoClose: 4_000,
    withBorder: true,
    closeButtonProps: { 'aria-label': i18n.t('ui:close') },
  })
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
