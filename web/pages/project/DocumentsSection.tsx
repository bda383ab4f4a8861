import { Button } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { can } from '../../../shared/permissions.ts'
import { writeAtOnce } from '../../editor/caret/write-at-once.ts'
import { UnreadDot } from '../../notify/UnreadDot.tsx'
import { DocumentList } from '../../projects/DocumentList.tsx'
import { NewDocument } from '../../projects/NewDocument.tsx'
import { projectQuery } from '../../projects/queries.ts'
import { Section } from '../../ui/layout/Section.tsx'
import type { ProjectSectionProps } from '../../ui/kinds/project-sections.ts'

const unreadOf = (documentId: string) => <UnreadDot resourceId={documentId} />

/** The documents of a project, and a new one for those who may make one. A guest sees those that their link opens. */
export function DocumentsSection({ projectId, me, dialog, onDialog }: ProjectSectionProps) {
  const { t } = useTranslation('projects')
  const navigate = useNavigate()
  const documents = useQuery(projectQuery(projectId)).data?.documents ?? []
  const isGuest = me.guestUntil !== null
  const writes = can(me.role, 'document.create', me.phase) && !isGuest
  const begin = () => onDialog('document')
  useHotkeys([['c', () => writes && begin()]])
  return (
    <>
      <Section
        title={t('documents.title')}
        end={
          writes &&
          documents.length > 0 && (
            <Button variant="default" size="xs" leftSection={<IconPlus size={16} />} onClick={begin}>
              {t('documents.new')}
            </Button>
          )
        }
      >
        <DocumentList
          documents={documents}
          {...(!isGuest && { mark: unreadOf })}
          {...(writes && { onNew: begin })}
        />
      </Section>
      {!isGuest && (
        <NewDocument
          projectId={projectId}
          opened={dialog === 'document'}
          onClose={() => onDialog(null)}
          onCreated={(documentId) => {
            onDialog(null)
            writeAtOnce(documentId)
            void navigate({ to: '/documents/$documentId', params: { documentId } })
          }}
        />
      )}
    </>
  )
}
