import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readlinkSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../helpers/until.ts'

/** A small disk of its own: an ext4 file system in a file, mounted over a loop device. Linux and root only. */
export interface Volume {
  /** Where it is mounted; open to every account. */
  readonly path: string
  /** Bytes that an ordinary account may still write. */
  free(): number
  /**
   * Cuts the power: at once nothing reaches the disk any more, neither what is written from now on nor what was
   * written before and not synced. Every write fails until `powerOn`.
   */
  cutPower(): void
  /** Mounts it again as after a power cut: the file system replays its journal. Nobody may have a file open. */
  powerOn(): Promise<void>
  /** Kills whoever works in it. */
  endProcesses(): Promise<void>
  remove(): Promise<void>
}

/** ext4's own way to stop as if the power failed, without flushing its journal: EXT4_IOC_SHUTDOWN with NOLOGFLUSH. */
const shutDown =
  'open(my $f, "<", $ARGV[0]) or die $!; my $how = pack("L", 2); ioctl($f, 0x8004587d, $how) or die $!'

/** Why there can be no such volume here; null when there can. */
export function whyNoVolume(): string | null {
  if (process.platform !== 'linux') return 'a loop-mounted ext4 needs Linux'
  if (process.getuid?.() !== 0) return 'mounting needs root'
  for (const program of ['mkfs.ext4', 'mount', 'perl']) {
    if (spawnSync(program, ['-V']).error) return `${program} is not installed`
  }
  try {
    const volume = makeVolume(16)
    try {
      volume.cutPower()
    } finally {
      execFileSync('umount', [volume.path])
      rmSync(join(volume.path, '..'), { recursive: true })
    }
    return null
  } catch (error) {
    return `a loop-mounted ext4 cannot be had: ${(error as Error).message.trim()}`
  }
}

export function makeVolume(megabytes: number): Volume {
  const home = mkdtempSync(join(tmpdir(), 'countersign-volume-'))
  chmodSync(home, 0o755)
  const image = join(home, 'image')
  const path = join(home, 'disk')
  execFileSync('truncate', ['-s', `${megabytes}M`, image])
  // nothing kept back for root, whose files must not fit where the database's no longer do
  execFileSync('mkfs.ext4', ['-q', '-m', '0', image])
  execFileSync('mkdir', ['-m', '755', path])
  const mount = () => execFileSync('mount', ['-o', 'loop', image, path], { stdio: 'pipe' })
  const unmount = () => until('the volume to be left', () => spawnSync('umount', [path]).status === 0, 30)
  mount()
  return {
    path,
    free() {
      const { bavail, bsize } = statfsSync(path)
      return bavail * bsize
    },
    cutPower: () => void execFileSync('perl', ['-e', shutDown, path], { stdio: 'pipe' }),
    async powerOn() {
      await unmount()
      mount()
    },
    endProcesses: () =>
      until('everybody to leave the volume', () => {
        const pids = processesIn(path)
        for (const pid of pids) kill(pid)
        return pids.length === 0
      }).then(() => {}),
    async remove() {
      await unmount()
      rmSync(home, { recursive: true })
    },
  }
}

/** Whose working folder lies in `path`, as that of every process of a database does. */
function processesIn(path: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return pid > 0 && readlinkSync(`/proc/${pid}/cwd`).startsWith(`${path}/`)
      } catch {
        return false
      }
    })
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // it ended by itself meanwhile
  }
}
