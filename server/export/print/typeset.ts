import { z } from 'zod'
import type { Locale } from '../../../shared/accounts.ts'
import { isBytes, type Converter, type Given, type Requester, type Task } from '../../conversions/task.ts'
import { printFinding, type PrintFinding } from '../../../shared/signoff.ts'
import type { StoredRevision } from '../../signoff/revisions.ts'
import type { PrintData } from './print-data.ts'
import type { PictureBudget } from './printed-pictures.ts'

/** What is printed: data that is ready, or a revision from which it is made first. */
type PrintSource =
  | { data: PrintData }
  | {
      revision: Omit<StoredRevision, 'record'>
      publicKeySha256: string
      locale: Locale
    }

/** What the typesetter gets; pictures lie under `/files/`. */
export type PrintJob = PrintSource & {
  images: { path: string; bytes: Uint8Array }[]
  /** The default limits when it is left out. */
  budget?: PictureBudget
}

/** Prints a PDF. The same job gives the same bytes, on every machine with this version. */
export type Typeset = (job: Given<PrintJob>, by?: Requester) => Promise<Uint8Array>

export const printTask: Task<PrintJob, Uint8Array> = { name: 'print', kind: 'long', isOutput: isBytes }

/** A revision that is printed to see what comes of it. */
export type TrialJob = Extract<PrintJob, { locale: Locale }>

export const trialTask: Task<TrialJob, PrintFinding[]> = {
  name: 'print on trial',
  kind: 'long',
  isOutput: (value): value is PrintFinding[] => z.array(printFinding).safeParse(value).success,
}

/** For whom a print is made that nobody waits for. */
const theServer: Requester = { projectId: '', userId: '' }

/** A typesetter that prints in a converter process. */
export const openTypesetter =
  (converter: Converter, budget?: PictureBudget): Typeset =>
  (job, by = theServer) =>
    converter.run(
      printTask,
      async () => ({ ...(typeof job === 'function' ? await job() : job), ...(budget && { budget }) }),
      by,
    )
