/**
 * The version of the gate and of the room's repair. To be raised when they learn of a kind of content that former ones
 * let in: each older document is looked through once more when it is next opened.
 */
export const contentCheck = 1
