import { Paper, Portal } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useObserved } from '../../sync/use-room.ts'
import { PersonMark } from '../../ui/PersonMark.tsx'
import { suggestionMenu, type Suggested } from './suggestions.ts'
import classes from './CommentField.module.css'

const height = 300
const width = 280

/** The people or points that `@` and `#` offer, below the caret or above it where there is no room. */
export function SuggestionList() {
  const { t } = useTranslation('review')
  const menu = useObserved(suggestionMenu)
  if (!menu?.place || menu.items.length === 0) return null
  const { place, items, chosen } = menu
  const above = place.bottom + height > window.innerHeight && place.top > height
  const left = Math.max(8, Math.min(place.left, window.innerWidth - width - 8))
  return (
    <Portal>
      <Paper
        className={classes.suggestions}
        shadow="md"
        role="listbox"
        aria-label={t('compose.suggestions')}
        style={above ? { left, bottom: window.innerHeight - place.top + 6 } : { left, top: place.bottom + 6 }}
      >
        {items.map((item, at) => (
          <button
            key={item.kind === 'mention' ? item.person.userId : item.point.id}
            type="button"
            role="option"
            aria-selected={at === chosen}
            className={classes.suggestion}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => menu.choose(item)}
          >
            <Offered item={item} />
          </button>
        ))}
      </Paper>
    </Portal>
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
      <b>#{item.point.number}</b>
      <span className={classes.words}>{item.point.comments[0]?.body}</span>
    </>
  )
}
