import { Menu } from '@mantine/core'
import { IconMessagePlus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { TextComposer } from './use-text-composer.ts'

/** The item of a block's menu that begins a comment on the whole of it. */
export function CommentOnBlock({ composer, at }: { composer: TextComposer; at(): number }) {
  const { t } = useTranslation('review')
  return (
    <Menu.Item
      leftSection={<IconMessagePlus size={16} stroke={1.6} aria-hidden />}
      onClick={() => composer.raiseAt(at())}
    >
      {t('commentBlock')}
    </Menu.Item>
  )
}
