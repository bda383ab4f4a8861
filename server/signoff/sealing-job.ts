import type { NewJob, Task } from '../jobs/jobs.ts'

/** The kind of job that sealing is. */
export const sealingType = 'seal'

/** That the package of a revision is to be made and stored. */
export interface SealingTask extends Task {
  type: typeof sealingType
  revisionId: string
  projectId: string
}

/** The job of sealing a revision, once while it waits. */
export function sealingJob({ id, projectId }: { id: string; projectId: string }): NewJob {
  const task: SealingTask = { type: sealingType, revisionId: id, projectId }
  return { task, key: `seal/${id}` }
}
