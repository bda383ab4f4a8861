/** True for a SHA-256 as we write it everywhere: 64 hex digits, small letters. */
export const isSha256 = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
