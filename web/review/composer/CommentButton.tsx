import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { IconMessagePlus, IconSquareDashed } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Keys } from '../../ui/Keys.tsx'
import { ProposeButton } from '../proposals/ProposeButton.tsx'
import type { Proposals } from '../proposals/use-proposals.ts'
import { raiseKeys } from './use-composer.ts'
import type { TextComposer } from './use-text-composer.ts'

/** What a selection offers to everybody who may raise a point: a comment on it, or on the cell or block around. */
export function CommentButton(props: { composer: TextComposer; proposals: Proposals }) {
  const { composer, proposals } = props
  const { t } = useTranslation('review')
  return (
    <>
      <Button
        variant="subtle"
        size="compact-sm"
        h={34}
        leftSection={<IconMessagePlus size={18} stroke={1.6} aria-hidden />}
        rightSection={<Keys keys={raiseKeys} />}
        // the text keeps its selection while the button is pressed
        onMouseDown={(event) => event.preventDefault()}
        onClick={composer.raise}
      >
        {t('comment')}
      </Button>
      <ProposeButton proposals={proposals} />
      <Tooltip label={t('commentWhole')}>
        <ActionIcon
          variant="subtle"
          size={34}
          aria-label={t('commentWhole')}
          onMouseDown={(event) => event.preventDefault()}
          onClick={composer.raiseOnWhole}
        >
          <IconSquareDashed size={18} stroke={1.6} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </>
  )
}
