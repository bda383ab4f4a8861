/** Raised by hand when a node, mark or attribute changes; a test pins the schema's hash to it (rule 11). */
export const schemaVersion = 1
