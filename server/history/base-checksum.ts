import { createHash } from 'node:crypto'
import type { Base } from '../rooms/ports.ts'

/** The SHA-256 that proves a stored base unharmed, in hexadecimal. */
export const baseChecksum = ({ state, vector, deletions }: Base): string =>
  createHash('sha256').update(state).update(vector).update(deletions).digest('hex')
