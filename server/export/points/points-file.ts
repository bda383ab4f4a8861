import type { Locale } from '../../../shared/accounts.ts'
import type { Member, Project } from '../../../shared/projects.ts'
import type { Thread } from '../../../shared/review.ts'
import { unpackList, type PackedList } from '../../conversions/packed-list.ts'
import { isBytes, type Task } from '../../conversions/task.ts'
import { pointRows, type Titled } from './point-rows.ts'
import { pointsBcf } from './points-bcf.ts'
import { pointsCsv } from './points-csv.ts'
import { pointsSheet } from './points-sheet.ts'
import { wordingIn } from '../wording.ts'

/** A project's points, and as what file they are wanted. */
export interface PointsJob {
  format: 'csv' | 'xlsx' | 'bcf'
  locale: Locale
  project: Project
  /** In order. */
  points: PackedList
  resources: Titled[]
  members: Member[]
}

export const pointsTask: Task<PointsJob, Uint8Array> = { name: 'points', kind: 'long', isOutput: isBytes }

/** Writes the file. */
export async function pointsFile({ format, locale, points, ...rest }: PointsJob): Promise<Uint8Array> {
  const t = wordingIn(locale)
  const given = {
    ...rest,
    points: unpackList<Thread>(points),
  }
  if (format === 'bcf') return pointsBcf(given, t)
  const rows = pointRows(given.points, given.resources, t)
  return format === 'csv' ? Buffer.from(pointsCsv(rows)) : pointsSheet(rows, t('point.file'))
}
