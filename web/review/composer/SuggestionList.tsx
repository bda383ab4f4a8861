import type { Editor } from '@tiptap/core'
import { useTranslation } from 'react-i18next'
import { useObserved } from '../../sync/room/use-room.ts'
import { CaretMenuList } from '../../ui/caret-menu/CaretMenuList.tsx'
import { PersonMark } from '../../ui/people/PersonMark.tsx'
import { suggestionMenu, type Suggested } from './suggestions.ts'
import classes from './CommentField.module.css'

/** The people or points that `@` and `#` offer in a field; several fields may stand in a page. */
export function SuggestionList({ editor }: { editor: Editor }) {
  const { t } = useTranslation('review')
  const menu = useObserved(suggestionMenu)
  return (
    <CaretMenuList
      menu={menu?.editor === editor ? menu : null}
      label={t('compose.suggestions')}
      keyOf={(item) => (item.kind === 'mention' ? item.person.userId : item.thread.id)}
    >
      {(item) => <Offered item={item} />}
    </CaretMenuList>
  )
}

function Offered({ item }: { item: Suggested }) {
  if (item.kind === 'mention') {
    return (
      <>
        <PersonMark person={item.person} size={22} />
        <span>{item.person.name}</span>
      </>
    )
  }
  return (
    <>
      <b>#{item.thread.number}</b>
      <span className={classes.words}>{item.thread.comments[0]?.body}</span>
    </>
  )
}
