import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'

/** One file on its way in: what it takes is booked until it ends. */
export interface Upload {
  /** More of it came. @throws Refusal as `begin` */
  grow(bytes: number): void
  end(): void
}

interface Booked {
  userId: string
  network: string
  projectId: string
  bytes: number
}

type UploadLimits = Pick<
  Limits,
  | 'uploadsPerPerson'
  | 'uploadsPerNetwork'
  | 'uploadsAtOnce'
  | 'stagedBytesPerPerson'
  | 'stagedBytesPerNetwork'
  | 'stagedBytes'
  | 'diskReserveBytes'
  | 'projectBytes'
>

/**
 * Books what is on its way into the file store, before it is read and while it comes: of a person, of a network, as
 * accounts cost nothing, of a project with what it holds already, and of all, with what is left of the disk. Kept in memory, as what is staged ends with the
 * process.
 */
export function createUploads(limits: UploadLimits) {
  const underWay = new Set<Booked>()

  const sumOf = (which: (one: Booked) => boolean): number =>
    [...underWay].filter(which).reduce((sum, { bytes }) => sum + bytes, 0)

  function check(
    { userId, network, projectId, bytes: own }: Booked,
    more: number,
    held: number,
    free: number,
  ): void {
    const all = sumOf(() => true) + more
    const ofPerson = sumOf((one) => one.userId === userId) + more
    // one alone may be as large as files may be
    const isMuch = ofPerson - own - more > 0 && ofPerson > limits.stagedBytesPerPerson
    const ofNetwork = sumOf((one) => one.network === network) + more
    if (isMuch || ofNetwork > limits.stagedBytesPerNetwork || all > limits.stagedBytes)
      throw new Refusal('too_many_uploads')
    const ofProject = sumOf((one) => one.projectId === projectId) + more
    // one alone is looked at when it is whole: it may be a file that the project has
    if (ofProject - own - more > 0 && held + ofProject > limits.projectBytes) {
      throw new Refusal('project_full', { limit: limits.projectBytes })
    }
    if (all + limits.diskReserveBytes > free) throw new Refusal('storage_full')
  }

  return {
    /**
     * `network`: what one holder has of addresses; `announced`: what Content-Length says, 0 for none; `held`: what the project holds; `free`: what is left of the
     * disk; all in bytes. @throws Refusal `too_many_uploads`, `project_full`, `storage_full`
     */
    begin(from: {
      userId: string
      network: string
      projectId: string
      announced: number
      held: number
      free: number
    }): Upload {
      const { userId, network, projectId, announced, held, free } = from
      const countOf = (which: (one: Booked) => boolean) => [...underWay].filter(which).length
      if (
        countOf((one) => one.userId === userId) >= limits.uploadsPerPerson ||
        countOf((one) => one.network === network) >= limits.uploadsPerNetwork ||
        underWay.size >= limits.uploadsAtOnce
      ) {
        throw new Refusal('too_many_uploads')
      }
      const booked = { userId, network, projectId, bytes: 0 }
      check(booked, announced, held, free)
      booked.bytes = announced
      underWay.add(booked)
      let came = 0
      return {
        grow(bytes) {
          came += bytes
          const more = came - booked.bytes
          if (more <= 0) return
          // what is on the disk already is in `free` no longer: of the others it is counted twice, to be careful
          check(booked, more, held, free)
          booked.bytes = came
        },
        end: () => void underWay.delete(booked),
      }
    },
    /** How many files are on their way, and their bytes. */
    underWay: () => ({ files: underWay.size, bytes: sumOf(() => true) }),
  }
}

export type Uploads = ReturnType<typeof createUploads>
