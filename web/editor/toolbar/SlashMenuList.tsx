import { useTranslation } from 'react-i18next'
import { useObserved } from '../../sync/room/use-room.ts'
import { CaretMenuList } from '../../ui/caret-menu/CaretMenuList.tsx'
import { slashMenu } from './slash-menu.ts'

/** The blocks that `/` offers. */
export function SlashMenuList() {
  const { t } = useTranslation('editor')
  const menu = useObserved(slashMenu)
  return (
    <CaretMenuList menu={menu} label={t('slash')} keyOf={({ id }) => id} none={t('slashNone')}>
      {(block) => (
        <>
          <block.icon size={18} stroke={1.5} aria-hidden />
          <span>{t(`block.${block.id}`)}</span>
          {block.hint && <kbd>{block.hint}</kbd>}
        </>
      )}
    </CaretMenuList>
  )
}
