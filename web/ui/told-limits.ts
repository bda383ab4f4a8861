import { readTold, toldLimitsName, type ToldLimits } from '../../shared/told-limits.ts'

let known: ToldLimits | undefined

/** The limits of the server that this page came from, as its operator set them. */
export function toldLimits(): ToldLimits {
  const page = globalThis.document as Document | undefined
  return (known ??= readTold(page?.querySelector<HTMLMetaElement>(`meta[name="${toldLimitsName}"]`)?.content))
}
