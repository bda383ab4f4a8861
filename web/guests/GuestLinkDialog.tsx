import { Modal } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DocumentSummary } from '../../shared/documents.ts'
import { GuestLinkForm } from './GuestLinkForm.tsx'
import { ReadyGuestLink } from './ReadyGuestLink.tsx'

interface GuestLinkDialogProps {
  projectId: string
  documents: readonly DocumentSummary[]
  opened: boolean
  onClose: () => void
}

/** Makes a link that lets one person into some documents, and shows it once. */
export function GuestLinkDialog({ opened, onClose, ...given }: GuestLinkDialogProps) {
  const { t } = useTranslation('guests')
  return (
    <Modal opened={opened} onClose={onClose} title={t('make')}>
      <Steps {...given} onClose={onClose} />
    </Modal>
  )
}

function Steps({ projectId, documents, onClose }: Omit<GuestLinkDialogProps, 'opened'>) {
  const [token, setToken] = useState<string | null>(null)
  if (token !== null) return <ReadyGuestLink token={token} onClose={onClose} />
  return <GuestLinkForm projectId={projectId} documents={documents} onCancel={onClose} onMade={setToken} />
}
