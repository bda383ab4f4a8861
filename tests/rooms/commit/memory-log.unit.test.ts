import { randomUUID } from 'node:crypto'
import { describeLog } from '../../helpers/rooms/log-contract.ts'
import { memoryLog } from '../../helpers/rooms/memory-log.ts'

describeLog('in memory, which tests use', async ({ writtenBytesPerMinute }) => {
  const { log, addRoom } = memoryLog({}, writtenBytesPerMinute)
  return {
    log,
    async newRoom() {
      const id = randomUUID()
      addRoom(id)
      return id
    },
    close: async () => {},
  }
})
