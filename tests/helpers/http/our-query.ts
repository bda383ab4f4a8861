import { schemaVersion } from '../../../shared/document/schema-version.ts'
import { protocolVersion } from '../../../shared/wire/protocol.ts'

/** How a client of ours names itself in the address of its upgrade. */
export const ourQuery = `?protocol=${protocolVersion}&schema=${schemaVersion}`
