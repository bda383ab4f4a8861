import { i18n } from '../i18n.ts'
import { tellDone, tellFailed } from '../ui/notices.ts'

/**
 * Puts words on the clipboard and says whether that was done: without TLS a browser has no clipboard for pages, and
 * with it it may refuse.
 */
export async function copyText(words: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(words)
  } catch {
    return tellFailed(i18n.t('sync:copyFailed'))
  }
  tellDone(i18n.t('sync:copied'))
}
