import { within } from '../with-deadline.ts'

/**
 * Updates of one document on this device. Every call rejects where the browser fails, and does nothing then unless the
 * browser was at the end of doing it; none hangs for longer than said.
 */
export interface UpdateStore {
  /** All updates, in the order in which they were added, and the key of the last. `after`: only those added later. */
  load(after?: number): Promise<{ updates: Uint8Array[]; last: number }>
  /** Resolves with its key once it is kept. */
  add(update: Uint8Array): Promise<number>
  /** In one act, so that no crash comes in between: puts an update, or null for none, in the place of others. */
  replace(
    others: { upTo: number; keys: readonly number[] },
    update: Uint8Array | null,
  ): Promise<number | null>
  clear(): Promise<void>
  close(): void
}

/** How long one act on the browser's storage may take (ms); a blocked one would wait for ever. */
const actTimeoutMs = 10_000
const storeName = 'updates'

/** Opens the updates kept under a name. Rejects where the browser keeps nothing, and when it does not answer in time. */
export async function openUpdateStore(name: string, openMs: number): Promise<UpdateStore> {
  const database = await opened(name, openMs)
  // another tab may want to upgrade or delete it
  database.addEventListener('versionchange', () => database.close())
  const act = <Result>(mode: IDBTransactionMode, ask: (updates: IDBObjectStore) => () => Result) => {
    let transaction: IDBTransaction | undefined
    const acting = new Promise<Result>((resolve, reject) => {
      const begun = (transaction = database.transaction(storeName, mode))
      const result = ask(begun.objectStore(storeName))
      begun.addEventListener('complete', () => resolve(result()))
      const fail = () => reject(begun.error ?? new Error('not stored'))
      begun.addEventListener('abort', fail)
      begun.addEventListener('error', fail)
    })
    // what is told as not done is not done later
    return within(
      actTimeoutMs,
      acting,
      () => {},
      () => transaction?.abort(),
    )
  }
  return {
    load: (after = 0) =>
      act('readonly', (updates) => {
        const range = IDBKeyRange.lowerBound(after, true)
        const [values, keys] = [updates.getAll(range), updates.getAllKeys(range)]
        return () => ({
          updates: values.result as Uint8Array[],
          last: Number((keys.result as IDBValidKey[]).at(-1) ?? after),
        })
      }),
    add: (update) =>
      act('readwrite', (updates) => {
        const key = updates.add(update)
        return () => Number(key.result)
      }),
    replace: ({ upTo, keys }, update) =>
      act('readwrite', (updates) => {
        const key = update && updates.add(update)
        updates.delete(IDBKeyRange.upperBound(upTo))
        for (const gone of keys) updates.delete(gone)
        return () => key && Number(key.result)
      }),
    clear: () =>
      act('readwrite', (updates) => {
        updates.clear()
        return () => {}
      }),
    close: () => database.close(),
  }
}

function opened(name: string, ms: number): Promise<IDBDatabase> {
  const opening = new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(name)
    request.addEventListener('upgradeneeded', () => {
      request.result.createObjectStore(storeName, { autoIncrement: true })
      // y-indexeddb, which wrote these copies before, made this one too
      request.result.createObjectStore('custom')
    })
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('not opened')))
  })
  return within(ms, opening, (late) => late.close())
}
