import { Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { i18n } from '../../i18n.ts'

export interface Question {
  title: string
  /** What will happen, and whether it can be undone. */
  text: string
  /** The verb on the button. */
  action: string
  /** True for what cannot be undone: the button is red. */
  final?: boolean
}

/** Takes the focus, which the sign that closes the dialog would have otherwise; of what is final, the way back does. */
const first = { 'data-autofocus': true }

/** Asks before a step that others would feel; resolves to false when the person backs out. */
export function confirm({ title, text, action, final = false }: Question): Promise<boolean> {
  return new Promise((resolve) => {
    modals.openConfirmModal({
      title,
      children: <Text>{text}</Text>,
      labels: { confirm: action, cancel: i18n.t('ui:cancel') },
      confirmProps: { color: final ? 'seal' : 'ink', ...(!final && first) },
      cancelProps: { variant: 'default', ...(final && first) },
      onConfirm: () => resolve(true),
      onCancel: () => resolve(false),
      onClose: () => resolve(false),
    })
  })
}
