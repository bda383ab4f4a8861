import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { errors, valuesOf, type ErrorCode, type ErrorParams } from '../../../shared/errors.ts'
import { ApiError, type ApiErrorCode } from '../../api.ts'

/** The names of fields that a refusal of the server can tell of. */
const fieldNames: Record<string, string> = {
  kind: 'review:fields.kind',
  severity: 'review:severity.label',
  category: 'review:fields.category',
  tooling: 'review:fields.tooling',
  stage: 'review:fields.stage',
  assigneeId: 'review:fields.assignee',
  dueOn: 'review:fields.due',
  summary: 'review:publish.summary',
}

/** A refusal as it was told. */
interface Told {
  code: ApiErrorCode
  params?: ErrorParams
}

/** What happened and what to do, in the reader's language. Anything that is no refusal reads as a fault of ours. */
export function errorText(error: unknown, t: TFunction): string {
  if (!(error instanceof ApiError)) return t('errors:internal')
  const { code, params } = error
  // of a change to many points it is `change.dueOn`
  const name = code === 'invalid_input' && fieldNames[String(params.field).split('.').at(-1)!]
  return name ? t('ui:invalidField', { field: t(name) }) : refusalText({ code, params }, t)
}

/** The words for a refusal, with its values; where it came without them, as one kept by an older version, plainer ones. */
export function refusalText({ code, params = {} }: Told, t: TFunction): string {
  if (!Object.hasOwn(errors, code)) return t(`errors:${code}`, params)
  const known = code as ErrorCode
  if (valuesOf(known).every((name) => params[name] !== undefined)) return t(`errors:${known}`, params)
  return t(errors[known].status === 413 ? 'errors:update_too_complex' : 'errors:internal')
}

/** `errorText` bound to the language that is shown. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation('errors')
  return (error) => errorText(error, t)
}
