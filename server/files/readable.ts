/** Who asks for files: a member, or a guest with the resources that are open to them. */
export interface Reader {
  projectId: string
  userId: string
  /** Null for a member, who may read every file of the project. */
  resources: readonly string[] | null
}

/**
 * Which of these files of a project somebody may read, each with the name that they know it by; who may not read a
 * file cannot show it to others either.
 */
export type ReadableFiles = (reader: Reader, sha256s: readonly string[]) => Promise<Map<string, string>>
