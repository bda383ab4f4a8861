import { Worker } from 'node:worker_threads'
import type { PrintData } from './print-data.ts'

/** What the typesetter gets; pictures lie under `/files/`. */
export interface PrintJob {
  data: PrintData
  images: { path: string; bytes: Uint8Array }[]
}

export type Typeset = (job: PrintJob) => Promise<Uint8Array>

/** A print of 500 pages takes about 5 s; what takes longer than this never ends. */
const patienceMs = 60_000

/**
 * A typesetter that prints one job after another, each in a thread of its own: rooms are never held up, at most
 * one copy of the fonts is in memory, and a job that fails takes nothing with it. The same job gives the same bytes.
 */
export function openTypesetter(): Typeset {
  let last: Promise<unknown> = Promise.resolve()
  return (job) => {
    const printed = last.then(() => print(job))
    last = printed.catch(() => undefined)
    return printed
  }
}

function print(job: PrintJob): Promise<Uint8Array> {
  const worker = startWorker(job)
  return new Promise<Uint8Array>((resolve, reject) => {
    const clock = setTimeout(() => reject(new Error('typesetting took too long')), patienceMs)
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`the typesetter ended with ${code} before it was done`)))
    worker.once('message', () => clearTimeout(clock))
    worker.once('exit', () => clearTimeout(clock))
  }).finally(() => void worker.terminate())
}

function startWorker(workerData: PrintJob): Worker {
  const url = import.meta.url
  if (!url.endsWith('.ts')) return new Worker(new URL('./typeset-worker.js', url), { workerData })
  // In development and tests the worker is TypeScript, and a thread does not take over the loader of its parent.
  const file = JSON.stringify(new URL('./typeset-worker.ts', url).href)
  const start = `import('tsx/esm/api').then(({ tsImport }) => tsImport(${file}, ${file}))`
  return new Worker(start, { eval: true, execArgv: [], workerData })
}
