import type { UseFormReturnType } from '@mantine/form'
import type { ErrorCode } from '../../../shared/errors.ts'
import { ApiError } from '../../api.ts'
import { i18n } from '../../i18n.ts'
import { errorText } from '../feedback/error-text.ts'
import { tellError } from '../feedback/notices.ts'

/** The field that a refusal speaks of, where it does not name one itself. */
const fields: Partial<Record<ErrorCode, string>> = {
  email_taken: 'email',
  wrong_password: 'password',
  password_too_short: 'password',
  password_too_long: 'password',
  password_hollow: 'password',
  password_common: 'password',
  guest_code_wrong: 'code',
  guest_name_taken: 'name',
  webhook_address: 'url',
}

/**
 * Says a refusal at the field of a form that it speaks of, where it stands until the field is changed; as a notice when
 * it speaks of none of them. `renamed`: what this form calls a field by another name, or the one that a code is of here.
 */
export function tellAtField<Values>(
  form: Pick<UseFormReturnType<Values>, 'getValues' | 'setFieldError'>,
  renamed: Record<string, string> = {},
): (error: unknown) => void {
  return (error) => {
    const named = error instanceof ApiError && fieldOf(error)
    const field = named && (renamed[error.code] ?? renamed[named] ?? named)
    if (field && Object.hasOwn(form.getValues() as object, field))
      form.setFieldError(field, errorText(error, i18n.t))
    else tellError(error)
  }
}

/** Of a value within a list or an object, the field is the first part of its path. */
const fieldOf = ({ code, params }: ApiError): string | undefined =>
  code === 'invalid_input' ? String(params.field ?? '').split('.')[0] : fields[code as ErrorCode]
