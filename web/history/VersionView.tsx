import { Button } from '@mantine/core'
import { IconArrowLeft, IconHistory } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { Extensions } from '@tiptap/core'
import { EditorContent, useEditor } from '@tiptap/react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { readKept } from '../../shared/document/kept-content.ts'
import { schema } from '../../shared/document/schema.ts'
import type { Version } from '../../shared/history.ts'
import { ErrorState } from '../ui/feedback/ErrorState.tsx'
import { Loading } from '../ui/feedback/Loading.tsx'
import { versionQuery } from './queries.ts'
import { useRestore } from './use-restore.ts'
import classes from './VersionView.module.css'

export interface VersionViewProps {
  documentId: string
  versionId: string
  /** The document schema with its views. */
  extensions: Extensions
  canRestore: boolean
  onBack(): void
}

/** A version as it was: read only, and marked so that nobody takes it for the live text. */
export function VersionView({ documentId, versionId, extensions, canRestore, onBack }: VersionViewProps) {
  const { t } = useTranslation('history')
  const { data: version, error, refetch } = useQuery(versionQuery(documentId, versionId))
  const { restore, restoring } = useRestore(onBack)
  return (
    <div className={classes.view}>
      <div className={classes.banner} role="status">
        <IconHistory size={18} stroke={1.6} aria-hidden />
        <span className={classes.what}>
          {version && t('shown', { number: version.number, name: version.name })}
        </span>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconArrowLeft size={16} stroke={1.6} aria-hidden />}
          onClick={onBack}
        >
          {t('back')}
        </Button>
        {version && canRestore && (
          <Button size="compact-sm" loading={restoring} onClick={() => void restore(version)}>
            {t('restore')}
          </Button>
        )}
      </div>
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!version && !error && <Loading />}
      {version && <VersionText key={version.id} version={version} extensions={extensions} />}
    </div>
  )
}

function VersionText({ version, extensions }: { version: Version; extensions: Extensions }) {
  const { t } = useTranslation('history')
  // an editor shows nothing at all of content with a value that it does not take
  const content = useMemo(() => readKept(schema, version.content).toJSON() as object, [version])
  const editor = useEditor({
    extensions,
    content,
    editable: false,
    injectCSS: false,
    editorProps: { attributes: { 'aria-label': t('version', { number: version.number }), translate: 'no' } },
  })
  return <EditorContent editor={editor} className={classes.sheet} />
}
