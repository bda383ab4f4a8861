/* oxlint-disable unicorn/require-post-message-target-origin -- a thread's port, not a window */
import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { hashSync, verifySync } from '@node-rs/argon2'
import { cost, type Answer, type Asked } from './hashing.ts'

/** As converter processes have it. */
const niceness = 5

/** Linux alone gives each thread a priority of its own; elsewhere this one has that of the process. */
function giveWay(): void {
  try {
    // process/task/thread; a container may see another machine's numbers there
    const [process_, , thread] = readlinkSync('/proc/thread-self').split('/')
    if (Number(process_) === process.pid) setPriority(Number(thread), niceness)
  } catch {
    // then it hashes as it is
  }
}

function answer({ password, passwordHash }: Asked): Answer {
  try {
    return passwordHash === null ? hashSync(password, cost) : verifySync(passwordHash, password)
  } catch {
    // it is tried again where the failure is told
    return null
  }
}

giveWay()
parentPort!.on('message', (asked: Asked) => parentPort!.postMessage(answer(asked)))
parentPort!.postMessage('ready')
