import type { ErrorCode, ErrorParams } from '../../../shared/errors.ts'
import type { StoredFile } from '../../../shared/files.ts'
import { ApiError, expectedUser } from '../../api.ts'

/** So many travel at a time: the server takes no more than a few of one person, and they share one line anyway. */
const atOnce = 3
let travelling = 0
const waiting: (() => void)[] = []

/** Stores a file in the project when its turn has come. `userId`: whose it is, where it waited. @throws ApiError */
export async function uploadFile(
  projectId: string,
  file: File,
  onProgress: (share: number) => void,
  userId?: string,
): Promise<StoredFile> {
  if (travelling >= atOnce) await new Promise<void>((begin) => waiting.push(begin))
  else travelling++
  try {
    return await send(projectId, file, onProgress, userId)
  } finally {
    const next = waiting.shift()
    if (next) next()
    else travelling--
  }
}

/**
 * Sends a file, telling how much of it has left (0 to 1). By XMLHttpRequest, since fetch says
 * nothing about the way up. Throws `ApiError`.
 */
function send(
  projectId: string,
  file: File,
  onProgress: (share: number) => void,
  userId: string | undefined,
): Promise<StoredFile> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', `/api/projects/${projectId}/files`)
    request.setRequestHeader('Content-Type', file.type)
    request.setRequestHeader('X-File-Name', encodeURIComponent(file.name))
    for (const [name, value] of Object.entries(expectedUser(userId))) request.setRequestHeader(name, value)
    request.responseType = 'json'
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total)
    })
    request.addEventListener('load', () => {
      const body = request.response as {
        file?: StoredFile
        error?: { code: ErrorCode; params?: ErrorParams }
      } | null
      if (request.status === 201 && body?.file) resolve(body.file)
      else if (body?.error) reject(new ApiError(body.error.code, body.error.params ?? {}, request.status))
      else reject(new ApiError('unexpected_reply', { status: request.status }, request.status))
    })
    request.addEventListener('error', () => reject(new ApiError('offline', {}, 0)))
    request.send(file)
  })
}
