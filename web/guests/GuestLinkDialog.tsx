import { Modal } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Side } from '../../shared/permissions.ts'
import type { ResourceSummary } from '../../shared/projects.ts'
import { ShownOnce } from '../ui/files/ShownOnce.tsx'
import { GuestLinkForm } from './GuestLinkForm.tsx'

interface GuestLinkDialogProps {
  projectId: string
  resources: readonly ResourceSummary[]
  /** The side that is chosen at first. */
  side: Side
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

function Steps({ projectId, resources, side, onClose }: Omit<GuestLinkDialogProps, 'opened'>) {
  const { t } = useTranslation('guests')
  const [token, setToken] = useState<string | null>(null)
  if (token === null)
    return (
      <GuestLinkForm
        projectId={projectId}
        resources={resources}
        side={side}
        onCancel={onClose}
        onMade={setToken}
      />
    )
  return (
    <ShownOnce
      value={`${location.origin}/guest#${token}`}
      testId="guest-link"
      ready={t('ready')}
      copy={t('copy')}
      onClose={onClose}
    />
  )
}
