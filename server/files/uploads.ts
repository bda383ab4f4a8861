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
  /** What it says that it will be, or came to: counted for its person and its project. */
  claimed: number
  /** What has come of it, in steps: counted for its network and for all, as saying costs nothing. */
  bytes: number
}

/** What was announced is booked as it comes, in steps of so many bytes; the first at once. */
const stepBytes = 1_048_576

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
 * accounts cost nothing, of a project with what it holds already, and of all, with what is left of the disk. Half of
 * what all may send is for networks that send nothing else. Kept in memory, as what is staged ends with the process.
 */
export function createUploads(limits: UploadLimits) {
  const underWay = new Set<Booked>()

  const sumOf = (which: (one: Booked) => boolean, of: 'claimed' | 'bytes'): number =>
    [...underWay].filter(which).reduce((sum, one) => sum + one[of], 0)

  /** Whether one more, or one that grows, fits: `claimed` and `bytes` are what it would come to. */
  function check(own: Booked, claimed: number, bytes: number, held: number, free: number): void {
    const others = (which: (one: Booked) => boolean, of: 'claimed' | 'bytes') =>
      sumOf((one) => one !== own && which(one), of)
    const ofPerson = others(({ userId }) => userId === own.userId, 'claimed')
    const ofNetwork = others(({ network }) => network === own.network, 'bytes')
    const all = others(() => true, 'bytes') + bytes
    if (
      // one alone may be as large as files may be
      (ofPerson > 0 && ofPerson + claimed > limits.stagedBytesPerPerson) ||
      ofNetwork + bytes > limits.stagedBytesPerNetwork ||
      all > (ofNetwork > 0 ? limits.stagedBytes / 2 : limits.stagedBytes)
    ) {
      throw new Refusal('too_many_uploads')
    }
    const ofProject = others(({ projectId }) => projectId === own.projectId, 'claimed')
    // one alone is looked at when it is whole: it may be a file that the project has
    if (ofProject > 0 && held + ofProject + claimed > limits.projectBytes) {
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
      const ofNetwork = countOf((one) => one.network === network)
      if (
        countOf((one) => one.userId === userId) >= limits.uploadsPerPerson ||
        ofNetwork >= limits.uploadsPerNetwork ||
        underWay.size >= (ofNetwork > 0 ? limits.uploadsAtOnce / 2 : limits.uploadsAtOnce)
      ) {
        throw new Refusal('too_many_uploads')
      }
      const booked = { userId, network, projectId, claimed: announced, bytes: 0 }
      // what will not fit is told before it is sent
      check(booked, announced, announced, held, free)
      booked.bytes = Math.min(announced, stepBytes)
      underWay.add(booked)
      let came = 0
      return {
        grow(more) {
          came += more
          const claimed = Math.max(announced, came)
          const bytes = Math.min(claimed, Math.ceil(came / stepBytes) * stepBytes)
          if (bytes <= booked.bytes) return
          // what is on the disk already is in `free` no longer: of the others it is counted twice, to be careful
          check(booked, claimed, bytes, held, free)
          Object.assign(booked, { claimed, bytes })
        },
        end: () => void underWay.delete(booked),
      }
    },
    /** How many files are on their way, and their bytes. */
    underWay: () => ({ files: underWay.size, bytes: sumOf(() => true, 'bytes') }),
  }
}

export type Uploads = ReturnType<typeof createUploads>
