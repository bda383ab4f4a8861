import { Button } from '@mantine/core'
import { IconReplace } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Keys } from '../../ui/Keys.tsx'
import { proposeKeys, type Proposals } from './use-proposals.ts'

/** What a selection offers to everybody who may raise a point: other words in its place. */
export function ProposeButton({ proposals }: { proposals: Proposals }) {
  const { t } = useTranslation('proposals')
  return (
    <Button
      variant="subtle"
      size="compact-sm"
      h={34}
      leftSection={<IconReplace size={18} stroke={1.6} aria-hidden />}
      rightSection={<Keys keys={proposeKeys} />}
      // the text keeps its selection while the button is pressed
      onMouseDown={(event) => event.preventDefault()}
      onClick={proposals.propose}
    >
      {t('propose')}
    </Button>
  )
}
