/** A limit: how much by default, of what, and why so much. */
export interface Limit {
  value: number
  unit: string
  reason: string
}

export type LimitTable = Record<string, Limit>
