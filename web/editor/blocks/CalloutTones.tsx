import { SegmentedControl } from '@mantine/core'
import type { Editor } from '@tiptap/core'
import { useEditorState } from '@tiptap/react'
import { useTranslation } from 'react-i18next'
import { asTone, calloutTones } from '../../../shared/document/callout.ts'

/** The tone of the callout that the caret stands in. */
export function CalloutTones({ editor }: { editor: Editor }) {
  const { t } = useTranslation('editor')
  const tone = useEditorState({
    editor,
    selector: ({ editor: current }) => asTone(current.getAttributes('callout').tone),
  })
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('tone.label')}
      value={tone}
      data={calloutTones.map((value) => ({ value, label: t(`tone.${value}`) }))}
      onChange={(value) => editor.chain().focus().updateAttributes('callout', { tone: value }).run()}
    />
  )
}
