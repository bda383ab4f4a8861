/* oxlint-disable unicorn/require-post-message-target-origin -- a thread's port, not a window */
import { Worker } from 'node:worker_threads'
import type { PoolConfig } from 'pg'

interface Waiting {
  resolve: () => void
  reject: (failure: Error) => void
}

/**
 * Folds documents' logs in one worker thread, started when there is something to fold and ended after `idleMs`
 * without; each promise fails with what went wrong in the thread.
 */
export function openCompaction(
  connection: PoolConfig,
  idleMs = 30_000,
): (documentId: string) => Promise<void> {
  const waiting = new Map<string, Waiting[]>()
  let worker: Worker | null = null
  let idle: NodeJS.Timeout | undefined

  function finish(documentId: string, failure: string | null): void {
    const ended = waiting.get(documentId) ?? []
    waiting.delete(documentId)
    for (const { resolve, reject } of ended) {
      if (failure === null) resolve()
      else reject(new Error(`compaction failed: ${failure}`))
    }
    if (waiting.size === 0) idle = setTimeout(rest, idleMs).unref()
  }

  // A thread takes a while to end: who asks meanwhile gets another one.
  function rest(): void {
    void worker?.terminate()
    worker = null
  }

  function start(): Worker {
    const started = startWorker(connection)
    const lose = (why: string) => {
      if (worker !== started) return
      worker = null
      for (const documentId of waiting.keys()) finish(documentId, why)
    }
    started.unref()
    started.on('message', ({ documentId, failure }) => finish(documentId, failure))
    started.on('error', (failure) => lose(String(failure)))
    started.on('exit', () => lose('the thread ended'))
    return started
  }

  return (documentId) =>
    new Promise((resolve, reject) => {
      clearTimeout(idle)
      worker ??= start()
      const others = waiting.get(documentId)
      if (others) others.push({ resolve, reject })
      else {
        waiting.set(documentId, [{ resolve, reject }])
        worker.postMessage(documentId)
      }
    })
}

function startWorker(connection: PoolConfig): Worker {
  // plain values only: a pool's own options may hold functions
  const { host, port, user, password, database, connectionString, ssl } = connection
  const workerData = JSON.parse(
    JSON.stringify({ host, port, user, password, database, connectionString, ssl }),
  )
  const url = import.meta.url
  if (!url.endsWith('.ts')) return new Worker(new URL('./compaction-worker.js', url), { workerData })
  // In development and tests the worker is TypeScript, and a thread does not take over the loader of its parent.
  const file = JSON.stringify(new URL('./compaction-worker.ts', url).href)
  const start = `import('tsx/esm/api').then(({ tsImport }) => tsImport(${file}, ${file}))`
  return new Worker(start, { eval: true, execArgv: [], workerData })
}
