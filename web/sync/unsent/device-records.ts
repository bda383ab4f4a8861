import { within } from '../with-deadline.ts'

/** How long opening the browser's storage, and each act on it, may take (ms); a blocked one would wait for ever. */
const timeoutMs = 5_000

/** Records that this device keeps, each under its `id`. No call throws. */
export interface DeviceRecords<Value extends { id: string }> {
  /** False where the browser did not keep it. */
  put(value: Value): Promise<boolean>
  /** Undefined when there is none, and where the browser keeps nothing. */
  get(id: string): Promise<Value | undefined>
  all(): Promise<Value[]>
  /** The ids of all, without reading what they hold. */
  ids(): Promise<string[]>
  delete(id: string): Promise<void>
}

/** The records of one kind, in a database of the browser of their own. */
export function deviceRecords<Value extends { id: string }>(
  database: string,
  storeName: string,
): DeviceRecords<Value> {
  const ask = async <Answer>(
    mode: IDBTransactionMode,
    act: (records: IDBObjectStore) => IDBRequest,
  ): Promise<{ answer: Answer } | undefined> => {
    try {
      const opened = await open(database, storeName)
      let transaction: IDBTransaction | undefined
      const acting = new Promise<{ answer: Answer }>((resolve, reject) => {
        const begun = (transaction = opened.transaction(storeName, mode))
        const request = act(begun.objectStore(storeName))
        begun.addEventListener('complete', () => resolve({ answer: request.result as Answer }))
        begun.addEventListener('abort', () => reject(begun.error ?? new Error('aborted')))
      })
      // what is told as not kept is not kept later
      const giveUp = () => transaction?.abort()
      return await within(timeoutMs, acting, () => {}, giveUp).finally(() => opened.close())
    } catch {
      return undefined
    }
  }
  return {
    put: async (value) => (await ask('readwrite', (records) => records.put(value))) !== undefined,
    get: async (id) => (await ask<Value | undefined>('readonly', (records) => records.get(id)))?.answer,
    all: async () => (await ask<Value[]>('readonly', (records) => records.getAll()))?.answer ?? [],
    ids: async () => (await ask<string[]>('readonly', (records) => records.getAllKeys()))?.answer ?? [],
    delete: async (id) => void (await ask('readwrite', (records) => records.delete(id))),
  }
}

function open(name: string, storeName: string): Promise<IDBDatabase> {
  const opening = new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(name, 1)
    request.addEventListener('upgradeneeded', () =>
      request.result.createObjectStore(storeName, { keyPath: 'id' }),
    )
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('not opened')))
  })
  return within(timeoutMs, opening, (late) => late.close())
}
