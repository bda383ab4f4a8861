/**
 * Who may do what: one table of role × action, narrowed by the project's phase. Routes, sockets and buttons all
 * ask `can`, so a rule is written once.
 */
export const sides = ['design', 'manufacture'] as const
export type Side = (typeof sides)[number]

export const roles = ['owner', 'editor', 'reviewer', 'viewer'] as const
export type Role = (typeof roles)[number]

export const phases = ['active', 'archived'] as const
export type Phase = (typeof phases)[number]

const everyone: readonly Role[] = roles
const speaking: readonly Role[] = ['owner', 'editor', 'reviewer']
const writing: readonly Role[] = ['owner', 'editor']
const owning: readonly Role[] = ['owner']

/** `whenArchived`: still allowed after the project is archived (reading, leaving, bringing it back). */
const table = {
  'project.read': { roles: everyone, whenArchived: true },
  'project.export': { roles: everyone, whenArchived: true },
  'project.leave': { roles: everyone, whenArchived: true },
  'project.manage': { roles: owning, whenArchived: true },
  'members.manage': { roles: owning, whenArchived: true },
  'document.create': { roles: writing, whenArchived: false },
  'document.write': { roles: writing, whenArchived: false },
  'document.remove': { roles: owning, whenArchived: false },
  'file.upload': { roles: speaking, whenArchived: false },
  'thread.write': { roles: speaking, whenArchived: false },
  'thread.settle': { roles: writing, whenArchived: false },
  'version.create': { roles: writing, whenArchived: false },
  'version.restore': { roles: writing, whenArchived: false },
  'revision.create': { roles: owning, whenArchived: false },
  'revision.sign': { roles: speaking, whenArchived: false },
} as const satisfies Record<string, { roles: readonly Role[]; whenArchived: boolean }>

export type Action = keyof typeof table
export const actions = Object.keys(table) as Action[]

/** True when a member with `role` may do `action` in a project that stands in `phase`. */
export function can(role: Role, action: Action, phase: Phase): boolean {
  const rule = table[action]
  return rule.roles.includes(role) && (phase === 'active' || rule.whenArchived)
}

/** True when what belongs to this resource (null: to the whole project) is open to somebody; null resources are all. */
export const sees = (
  { resources }: { resources: readonly string[] | null },
  resourceId: string | null,
): boolean => resources === null || (resourceId !== null && resources.includes(resourceId))
