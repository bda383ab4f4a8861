import { queryOptions } from '@tanstack/react-query'
import { api, call } from '../api.ts'

/** My API tokens, without their secrets. */
export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: async () => (await call(api.tokens.$get())).tokens,
})
