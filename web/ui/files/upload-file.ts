import type { ErrorCode, ErrorParams } from '../../../shared/errors.ts'
import type { StoredFile } from '../../../shared/files.ts'
import { ApiError, expectedUser } from '../../api.ts'
import { answerTimes } from '../../sync/answer-times.ts'

/** So many travel at a time: the server takes no more than a few of one person, and they share one line anyway. */
const atOnce = 3
/** A file is known by what is in it, so that it counts once however often it is sent. */
const tries = 2

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
    for (let left = tries - 1; ; left--) {
      try {
        return await send(projectId, file, onProgress, userId)
      } catch (error) {
        // what was broken off is sent again over another connection
        if (left === 0 || !(error instanceof ApiError) || error.code !== 'no_answer') throw error
      }
    }
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
    const { stallMs, uploadedMs } = answerTimes()
    const request = new XMLHttpRequest()
    request.open('POST', `/api/projects/${projectId}/files`)
    request.setRequestHeader('Content-Type', file.type)
    request.setRequestHeader('X-File-Name', encodeURIComponent(file.name))
    for (const [name, value] of Object.entries(expectedUser(userId))) request.setRequestHeader(name, value)
    request.responseType = 'json'
    let timer: ReturnType<typeof setTimeout>
    const endsIn = (ms: number) => {
      clearTimeout(timer)
      timer = setTimeout(() => request.abort(), ms)
    }
    request.upload.addEventListener('progress', (event) => {
      endsIn(event.loaded < event.total ? stallMs : uploadedMs)
      if (event.lengthComputable) onProgress(event.loaded / event.total)
    })
    request.upload.addEventListener('load', () => endsIn(uploadedMs))
    request.addEventListener('loadend', () => clearTimeout(timer))
    request.addEventListener('abort', () => reject(new ApiError('no_answer', {}, 0)))
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
    endsIn(stallMs)
    request.send(file)
  })
}
