import { i18n } from '../../i18n.ts'
import { tellFailed } from '../feedback/notices.ts'

/**
 * A file that is dropped where nothing takes it would be opened by the browser, in place of the page and of what is being
 * written there. It is said instead where it may be dropped.
 */
export function catchStrayDrops(): void {
  addEventListener('dragover', (event) => {
    // else there is no drop, and the browser does what it likes
    if (isStray(event)) event.preventDefault()
  })
  addEventListener('drop', (event) => {
    if (!isStray(event)) return
    event.preventDefault()
    tellFailed(i18n.t('ui:dropElsewhere'))
  })
}

/** True for files that nothing in the page has taken. */
const isStray = ({ defaultPrevented, dataTransfer, target }: DragEvent): boolean =>
  !defaultPrevented &&
  (dataTransfer?.types.includes('Files') ?? false) &&
  !(target instanceof HTMLInputElement && target.type === 'file')
