import { printTask } from './export/typeset.ts'
import { served, serveTasks } from './jobs/serve.ts'

// The program of a converter process: every task of every feature, each loaded when it is first asked for.
serveTasks([served(printTask, () => import('./export/print.ts').then(({ print }) => print))])
