/** A change failed in the middle: the document in memory is not to be trusted any more (rule 6). */
export class BrokenChange extends Error {}
