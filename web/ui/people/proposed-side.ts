import { sides, type Side } from '../../../shared/permissions.ts'

/** The side that whoever is brought in will be on most likely: one that has nobody yet, else the other one than the own. */
export const proposedSide = (own: Side, members: readonly { side: Side }[]): Side =>
  sides.find((side) => !members.some((member) => member.side === side)) ?? sides.find((side) => side !== own)!
