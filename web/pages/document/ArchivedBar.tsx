import { IconArchive } from '@tabler/icons-react'
import { useLayoutEffect } from 'react'
import { useTranslation } from 'react-i18next'
import classes from '../../ui/layout/PageBar.module.css'

/** Says why nobody can change the document: its project is archived. */
export function ArchivedBar() {
  const { t } = useTranslation('errors')
  useLayoutEffect(() => {
    const { dataset } = document.documentElement
    dataset.archived = ''
    return () => void delete dataset.archived
  }, [])
  const text = t('project_archived')
  return (
    <aside className={classes.bar} role="status">
      <IconArchive size={18} stroke={1.5} aria-hidden />
      <span className={classes.text} title={text}>
        {text}
      </span>
    </aside>
  )
}
