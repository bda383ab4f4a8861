import { WebSocket } from 'ws'

/** Collects garbage in another Node process, over its inspector, and says how much of its heap is in use, in bytes. */
export async function heapAfterCollection(inspector: string): Promise<number> {
  const socket = new WebSocket(inspector)
  await new Promise<void>((resolve, reject) => void socket.once('open', resolve).once('error', reject))
  let count = 0
  const ask = (method: string): Promise<{ usedSize?: number }> =>
    new Promise((resolve, reject) => {
      const id = ++count
      const read = (data: Buffer) => {
        const reply = JSON.parse(data.toString()) as { id?: number; result?: object; error?: object }
        if (reply.id !== id) return
        socket.off('message', read)
        if (reply.result) resolve(reply.result)
        else reject(new Error(`${method}: ${JSON.stringify(reply.error)}`))
      }
      socket.on('message', read)
      socket.send(JSON.stringify({ id, method }))
    })
  try {
    // what was collected first may have held what is collected next
    await ask('HeapProfiler.collectGarbage')
    await ask('HeapProfiler.collectGarbage')
    return (await ask('Runtime.getHeapUsage')).usedSize!
  } finally {
    socket.close()
  }
}
