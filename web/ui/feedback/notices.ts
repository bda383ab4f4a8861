import { notifications } from '@mantine/notifications'
import type { ReactNode } from 'react'
import { i18n } from '../../i18n.ts'
import { errorText } from './error-text.ts'

/** How long a notice stands, in milliseconds: nobody takes it away, and one that stays becomes untrue. */
const doneMs = 4_000
/** A refusal is read whole: so long, and longer by its words. */
const failedMs = 6_000
const perCharacterMs = 60

/** Says that something was done; gone after four seconds, when `onClose` is called. Gives the notice's id. */
export function tellDone(message: string, onClose?: () => void): string {
  return notifications.show({ ...noticeOf(message), onClose })
}

/** A notice with these words, as all of them look. */
export const noticeOf = (message: string) => ({
  message,
  color: 'ink',
  autoClose: doneMs,
  withBorder: true,
  closeButtonProps: { 'aria-label': i18n.t('ui:close') },
})

/** As `tellDone`, in the place of what was told under this name before. */
export function tellLatest(name: string, message: string): void {
  showLatest({ ...noticeOf(message), id: name })
}

/** Shows a notice in the place of the one that has its id. */
export function showLatest(
  notice: Omit<ReturnType<typeof noticeOf>, 'message'> & { id: string; message: ReactNode },
): void {
  notifications.hide(notice.id)
  notifications.show(notice)
}

/** Takes a notice away. */
export const hideNotice = (id: string): void => void notifications.hide(id)

/** Says something else in a notice that still stands; one that is gone stays gone. */
export function tellInstead(notice: string, message: string): void {
  notifications.update({ id: notice, message })
}

/** Says why something was not done; gone when it could be read. What is wrong with a field is said there (`tellAtField`). */
export function tellError(error: unknown): void {
  tellFailed(errorText(error, i18n.t))
}

/** As `tellError`, of what only the browser refused. Said twice, it stands once. */
export function tellFailed(message: string): void {
  const autoClose = failedMs + perCharacterMs * message.length
  showLatest({ ...noticeOf(message), id: `failed: ${message}`, color: 'seal', autoClose })
}
