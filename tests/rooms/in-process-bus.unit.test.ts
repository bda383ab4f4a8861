import { inProcessBus } from '../../server/rooms/in-process-bus.ts'
import { describeBus } from '../helpers/rooms/bus-contract.ts'

describeBus('within a process', async () => ({ bus: inProcessBus(), close: async () => {} }))
