const begun = new Set<string>()

/** Notes that a document was just made by this person, who is to write in it as soon as it opens. */
export const writeAtOnce = (documentId: string): void => void begun.add(documentId)

/** True, once, for a document that was. */
export const takeWriteAtOnce = (documentId: string): boolean => begun.delete(documentId)
