import type { NewJob, Task } from '../jobs/jobs.ts'

/** That the package of a revision is to be made and stored. */
export interface SealingTask extends Task {
  type: 'seal'
  revisionId: string
  projectId: string
}

/** The job of sealing a revision, once while it waits. */
export function sealingJob({ id, projectId }: { id: string; projectId: string }): NewJob {
  const task: SealingTask = { type: 'seal', revisionId: id, projectId }
  return { task, key: `seal/${id}` }
}
