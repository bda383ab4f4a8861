import { Menu } from '@mantine/core'
import { IconMessagePlus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Review } from '../use-review.ts'

/** The item of a block's menu that begins a comment on the whole of it. */
export function CommentOnBlock({ review, at }: { review: Review; at(): number }) {
  const { t } = useTranslation('review')
  return (
    <Menu.Item
      leftSection={<IconMessagePlus size={16} stroke={1.6} aria-hidden />}
      onClick={() => review.raiseAt(at())}
    >
      {t('commentBlock')}
    </Menu.Item>
  )
}
