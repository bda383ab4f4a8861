import { ActionIcon, Tooltip } from '@mantine/core'
import { IconEye, IconEyeOff } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Proposals } from './use-proposals.ts'

/** Shows and hides proposals in the text; they stay in the list. */
export function ProposalToggle({ proposals }: { proposals: Proposals }) {
  const { t } = useTranslation('proposals')
  const { visible, setVisible, count } = proposals
  if (count === 0) return null
  const label = t(visible ? 'hide' : 'show')
  const Icon = visible ? IconEye : IconEyeOff
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        ml="auto"
        aria-label={t('inTextToggle')}
        aria-pressed={visible}
        onClick={() => setVisible(!visible)}
      >
        <Icon size={18} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  )
}
