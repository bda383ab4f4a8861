import type { Locale } from '../../shared/accounts.ts'
import type { Member, Project } from '../../shared/projects.ts'
import type { Thread } from '../../shared/review.ts'
import { isBytes, type Task } from '../jobs/task.ts'
import { pointRows, type Titled } from './point-rows.ts'
import { pointsBcf } from './points-bcf.ts'
import { pointsCsv } from './points-csv.ts'
import { pointsSheet } from './points-sheet.ts'
import { wordingIn } from './wording.ts'

/** A project's points, and as what file they are wanted. */
export interface PointsJob {
  format: 'csv' | 'xlsx' | 'bcf'
  locale: Locale
  project: Project
  /** In order, as `pointParts` packs them. */
  points: Uint8Array[]
  resources: Titled[]
  members: Member[]
}

export const pointsTask: Task<PointsJob, Uint8Array> = { name: 'points', kind: 'long', isOutput: isBytes }

/** So many characters of points are packed together. */
const partLength = 262_144

/** Points as JSON in UTF-8, many in one: as objects they would be gone through in one turn on their way to a process. */
export async function pointParts(points: AsyncIterable<Thread>): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = []
  let part = ''
  for await (const point of points) {
    part += `${part && ','}${JSON.stringify(point)}`
    if (part.length < partLength) continue
    parts.push(Buffer.from(`[${part}]`))
    part = ''
  }
  return [...parts, Buffer.from(`[${part}]`)]
}

/** Writes the file. */
export async function pointsFile({ format, locale, points, ...rest }: PointsJob): Promise<Uint8Array> {
  const t = wordingIn(locale)
  const given = {
    ...rest,
    points: points.flatMap((part) => JSON.parse(Buffer.from(part).toString()) as Thread[]),
  }
  if (format === 'bcf') return pointsBcf(given, t)
  const rows = pointRows(given.points, given.resources, t)
  return format === 'csv' ? Buffer.from(pointsCsv(rows)) : pointsSheet(rows, t('point.file'))
}
