import { Modal, Radio, SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { createDocument, documentKinds, type DocumentKind } from '../../shared/documents.ts'
import { api, call } from '../api.ts'
import { tellAtField } from '../ui/forms/field-refusals.ts'
import { CreateForm } from './CreateForm.tsx'

export interface NewDocumentProps {
  projectId: string
  opened: boolean
  onClose: () => void
  onCreated: (documentId: string) => void
}

/** Asks for kind, title and what the document starts with. */
export function NewDocument(props: NewDocumentProps) {
  const { t } = useTranslation('projects')
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={t('documents.new')}>
      <NewDocumentForm {...props} />
    </Modal>
  )
}

function NewDocumentForm({ projectId, onClose, onCreated }: NewDocumentProps) {
  const { t } = useTranslation('projects')
  const queryClient = useQueryClient()
  const form = useForm({
    initialValues: { kind: 'brief' as DocumentKind, title: '', start: 'template' as 'template' | 'blank' },
    validate: {
      title: (value) =>
        createDocument.shape.title.safeParse(value).success ? null : t('documents.titleMissing'),
    },
  })
  const create = useMutation({
    mutationFn: ({ kind, title, start }: typeof form.values) =>
      call(
        api.projects[':projectId'].documents.$post({
          param: { projectId },
          json: { kind, title, template: start === 'blank' ? 'blank' : kind },
        }),
      ),
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: ['projects'] }),
    onError: tellAtField(form),
  })
  return (
    <CreateForm
      form={form}
      create={create}
      submit={t('documents.create')}
      onClose={onClose}
      onCreated={onCreated}
    >
      <div>
        <SegmentedControl
          fullWidth
          aria-label={t('documents.kind')}
          data={documentKinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
          {...form.getInputProps('kind')}
        />
        <Text c="dimmed" fz={13} mt={8}>
          {t(`kindHint.${form.values.kind}`)}
        </Text>
      </div>
      <TextInput
        label={t('documents.name')}
        placeholder={t(`documents.example.${form.values.kind}`)}
        data-autofocus
        {...form.getInputProps('title')}
      />
      <Radio.Group label={t('documents.startWith')} {...form.getInputProps('start')}>
        <Stack gap={8} mt={8}>
          <Radio value="template" label={t('documents.template')} description={t('documents.templateHint')} />
          <Radio value="blank" label={t('documents.blank')} />
        </Stack>
      </Radio.Group>
    </CreateForm>
  )
}
