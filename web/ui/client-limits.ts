import { readClientLimits, clientLimitsName, type ClientLimits } from '../../shared/client-limits.ts'

let known: ClientLimits | undefined

/** The limits of the server that this page came from, as its operator set them. */
export function clientLimits(): ClientLimits {
  const page = globalThis.document as Document | undefined
  return (known ??= readClientLimits(
    page?.querySelector<HTMLMetaElement>(`meta[name="${clientLimitsName}"]`)?.content,
  ))
}
