import { Button, type ButtonProps } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { putOnClipboard } from './clipboard.ts'
import { tellFailed } from '../feedback/notices.ts'

interface CopyButtonProps extends ButtonProps {
  /** What is copied. */
  value: string
  children: ReactNode
  'data-autofocus'?: boolean
}

/** Copies something, and says for as long as it stands there that it did. */
export function CopyButton({ value, children, ...button }: CopyButtonProps) {
  const { t } = useTranslation('ui')
  const [copied, setCopied] = useState<string>()
  const copy = () =>
    putOnClipboard(value).then(
      () => setCopied(value),
      () => tellFailed(t('notCopied')),
    )
  return (
    <Button {...button} onClick={() => void copy()}>
      {copied === value ? t('copied') : children}
    </Button>
  )
}
