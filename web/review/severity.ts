import type { severities } from '../../shared/review.ts'

export type Severity = (typeof severities)[number]
