import type { ErrorCode } from '../../../shared/errors.ts'
import { can } from '../../../shared/permissions.ts'
import type { Membership } from '../../../shared/projects.ts'

/**
 * What the person may do in the document by now, which may be other than when the words were refused. `archived`: the
 * project is, so that nobody does more than read, whatever their role.
 */
export type TextAccess = 'writes' | 'comments' | 'reads' | 'archived' | 'out'

/** What somebody may do in a document of the project that they stand in like this. */
export function textAccess({ role, phase }: Pick<Membership, 'role' | 'phase'>): TextAccess {
  if (phase === 'archived') return 'archived'
  if (can(role, 'document.write', phase)) return 'writes'
  return can(role, 'thread.write', phase) ? 'comments' : 'reads'
}

/** The reason that is told for a refusal: who may only read is told whether for want of a role or of a living project. */
export const reasonTold = <Code extends ErrorCode>(
  code: Code,
  access: TextAccess,
): Code | 'project_archived' => (code === 'read_only' && access === 'archived' ? 'project_archived' : code)
