import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { copyText } from './copy-text.ts'
import { saveAsText } from './save-as-text.ts'
import classes from './RecoveryPanel.module.css'

interface LeftTextProps {
  /** Null or empty: there is nothing to be read of it. */
  words: string | null
  /** What the file is called that it is saved as. */
  title: string
  labels: { copy: string; download: string }
  onDismiss(): void
}

/** Words that are not in the document, to be read, copied and saved as a file, until they are thrown away. */
export function LeftText({ words, title, labels, onDismiss }: LeftTextProps) {
  const { t } = useTranslation('sync')
  return (
    <>
      {words && <pre className={classes.words}>{words}</pre>}
      <div className={classes.actions}>
        {words && (
          <>
            <Button size="xs" variant="default" onClick={() => void copyText(words)}>
              {labels.copy}
            </Button>
            <Button size="xs" variant="default" onClick={() => saveAsText(title, words)}>
              {labels.download}
            </Button>
          </>
        )}
        <Button size="xs" variant="subtle" onClick={onDismiss}>
          {t('recovered.dismiss')}
        </Button>
      </div>
    </>
  )
}
