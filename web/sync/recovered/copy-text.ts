import { i18n } from '../../i18n.ts'
import { putOnClipboard } from '../../ui/files/clipboard.ts'
import { tellDone, tellFailed } from '../../ui/feedback/notices.ts'

/** Puts words on the clipboard and says whether that was done. */
export async function copyText(words: string): Promise<void> {
  try {
    await putOnClipboard(words)
  } catch {
    return tellFailed(i18n.t('sync:copyFailed'))
  }
  tellDone(i18n.t('sync:copied'))
}
