import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { IconMessagePlus, IconSquareDashed } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Keys } from '../../ui/Keys.tsx'
import { ProposeButton } from '../proposals/ProposeButton.tsx'
import { raiseKeys, type Review } from '../use-review.ts'

/** What a selection offers to everybody who may raise a point: a comment on it, or on the cell or block around. */
export function CommentButton({ review }: { review: Review }) {
  const { t } = useTranslation('review')
  if (!review.canWrite) return null
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
        onClick={review.raise}
      >
        {t('comment')}
      </Button>
      <ProposeButton proposals={review.proposals} />
      <Tooltip label={t('commentWhole')}>
        <ActionIcon
          variant="subtle"
          size={34}
          aria-label={t('commentWhole')}
          onMouseDown={(event) => event.preventDefault()}
          onClick={review.raiseOnWhole}
        >
          <IconSquareDashed size={18} stroke={1.6} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </>
  )
}
