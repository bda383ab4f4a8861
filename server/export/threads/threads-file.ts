import type { Locale } from '../../../shared/accounts.ts'
import type { Member, Project } from '../../../shared/projects.ts'
import type { Thread } from '../../../shared/review.ts'
import { unpackList, type PackedList } from '../../conversions/packed-list.ts'
import { isBytes, type Task } from '../../conversions/task.ts'
import { threadRows, type Titled } from './thread-rows.ts'
import { threadsBcf } from './threads-bcf.ts'
import { threadsCsv } from './threads-csv.ts'
import { threadsSheet } from './threads-sheet.ts'
import { wordingIn } from '../wording.ts'

/** A project's points, and as what file they are wanted. */
export interface ThreadsJob {
  format: 'csv' | 'xlsx' | 'bcf'
  locale: Locale
  project: Project
  /** In order. */
  points: PackedList
  resources: Titled[]
  members: Member[]
}

export const threadsTask: Task<ThreadsJob, Uint8Array> = { name: 'points', kind: 'long', isOutput: isBytes }

/** Writes the file. */
export async function threadsFile({ format, locale, points, ...rest }: ThreadsJob): Promise<Uint8Array> {
  const t = wordingIn(locale)
  const given = {
    ...rest,
    points: unpackList<Thread>(points),
  }
  if (format === 'bcf') return threadsBcf(given, t)
  const rows = threadRows(given.points, given.resources, t)
  return format === 'csv' ? Buffer.from(threadsCsv(rows)) : threadsSheet(rows, t('point.file'))
}
