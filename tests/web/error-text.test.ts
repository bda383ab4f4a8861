import type { TFunction } from 'i18next'
import { expect, test } from 'vitest'
import { ApiError } from '../../web/api.ts'
import { errorText } from '../../web/ui/error-text.ts'

const t = ((key: string, values: object = {}) => [key, ...Object.values(values)].join(' ')) as TFunction
const refused = (field?: string) =>
  errorText(new ApiError('invalid_input', field === undefined ? {} : { field }, 400), t)

test('a refused entry is named where its field has a name, also in a change to many points', () => {
  expect(refused('dueOn')).toBe('ui:invalidField review:fields.due')
  expect(refused('change.kind')).toBe('ui:invalidField review:fields.kind')
})

test('a field that no person filled in is not named', () => {
  expect(refused('threadIds.0')).toBe('errors:invalid_input threadIds.0')
  expect(refused()).toBe('errors:invalid_input')
})
