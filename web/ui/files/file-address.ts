/** Where a file of a project is read from; undefined for a picture that names none, of which nothing is to be asked. */
export const fileAddress = (projectId: string, sha256: unknown): string | undefined =>
  typeof sha256 === 'string' && sha256 !== ''
    ? `/api/projects/${projectId}/files/${encodeURIComponent(sha256)}`
    : undefined
