import type { Locale } from '../../shared/accounts.ts'
import type { DocumentSummary } from '../../shared/documents.ts'
import type { Member, Project } from '../../shared/projects.ts'
import type { Thread } from '../../shared/review.ts'
import { isBytes, type Task } from '../jobs/task.ts'
import { pointRows } from './point-rows.ts'
import { pointsBcf } from './points-bcf.ts'
import { pointsCsv } from './points-csv.ts'
import { pointsSheet } from './points-sheet.ts'
import { wordingIn } from './wording.ts'

/** A project's points, and as what file they are wanted. */
export interface PointsJob {
  format: 'csv' | 'xlsx' | 'bcf'
  locale: Locale
  project: Project
  points: Thread[]
  documents: DocumentSummary[]
  members: Member[]
}

export const pointsTask: Task<PointsJob, Uint8Array> = { name: 'points', kind: 'long', isOutput: isBytes }

/** Writes the file. */
export async function pointsFile({ format, locale, ...given }: PointsJob): Promise<Uint8Array> {
  const t = wordingIn(locale)
  if (format === 'bcf') return pointsBcf(given, t)
  const rows = pointRows(given.points, given.documents, t)
  return format === 'csv' ? Buffer.from(pointsCsv(rows)) : pointsSheet(rows, t('point.file'))
}
