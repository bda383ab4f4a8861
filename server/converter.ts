import type { anchorTask } from './documents/anchor-holds.ts'
import type { changesTask } from './history/changes.ts'
import type { findWrittenTask, freezeTask } from './documents/freezing.ts'
import type { repairTask } from './documents/repair-in-converter.ts'
import type { plainTextTask } from './documents/plain-text.ts'
import type { unzipTask } from './export/package/archive.ts'
import type { packageTextsTask } from './export/package/package-texts.ts'
import type { threadsTask } from './export/threads/threads-file.ts'
import type { markdownTask } from './export/markdown/revision-markdown.ts'
import type { printTask, trialTask } from './export/print/typeset.ts'
import type { measureTask } from './files/image.ts'
import type { picturesTask } from './access/pictures-task.ts'
import type { replaceTask } from './history/replace-text.ts'
import type { captureTask } from './history/capture.ts'
import { served, serveTasks } from './conversions/serve.ts'

// The program of a converter process: every task of every feature, each loaded when it is first asked for.
serveTasks([
  served<typeof measureTask>('measure image', () => import('./files/image.ts').then((m) => m.measureImage)),
  served<typeof changesTask>('changes', () => import('./history/changes.ts').then((m) => m.changesIn)),
  served<typeof captureTask>('capture', () => import('./history/capture.ts').then((m) => m.contentOfUpdates)),
  served<typeof replaceTask>('replace text', () =>
    import('./history/replace-text.ts').then((m) => m.replacementFor),
  ),
  served<typeof repairTask>('repair text', () =>
    import('./rooms/repair/repair-old-text.ts').then((m) => m.repairText),
  ),
  served<typeof plainTextTask>('plain text', () =>
    import('./documents/plain-text.ts').then((m) => m.plainTextOfState),
  ),
  served<typeof picturesTask>('pictures', () =>
    import('./access/pictures-task.ts').then((m) => m.picturesIn),
  ),
  served<typeof anchorTask>('anchor holds', () =>
    import('./documents/anchor-holds.ts').then((m) => m.anchorHoldsIn),
  ),
  served<typeof freezeTask>('freeze text', () =>
    import('./documents/freeze-text.ts').then((m) => m.freezeText),
  ),
  served<typeof findWrittenTask>('find written proposals', () =>
    import('./documents/freeze-text.ts').then((m) => m.findWritten),
  ),
  served<typeof threadsTask>('points', () =>
    import('./export/threads/threads-file.ts').then((m) => m.threadsFile),
  ),
  served<typeof markdownTask>('markdown', () =>
    import('./export/markdown/revision-markdown.ts').then((m) => m.revisionFile),
  ),
  served<typeof trialTask>('print on trial', () => import('./export/print/print.ts').then((m) => m.tryPrint)),
  served<typeof packageTextsTask>('package texts', () =>
    import('./export/package/package-texts.ts').then((m) => m.packageTexts),
  ),
  served<typeof unzipTask>('unzip', () => import('./export/package/archive.ts').then((m) => m.unzip)),
  served<typeof printTask>('print', () => import('./export/print/print.ts').then((m) => m.print)),
])
