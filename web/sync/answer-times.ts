import type { ClientLimits } from '../../shared/client-limits.ts'
import { clientLimits } from '../ui/client-limits.ts'

/** What a server lets any request wait for, whoever operates it (ms): a connection to its database, and one statement. */
const connectionMs = 10_000
const statementMs = 30_000
/** What the network and all else take beside (ms). */
const besideMs = 15_000
/** The server gives a process that prints or converts so many times its time, by the clock. */
const byTheClock = 5

/** How long this browser waits for a server with these limits (ms), each longer than all that the server waits for. */
export interface AnswerTimes {
  /** Nothing of an answer comes. */
  answerMs: number
  /** The same where the server prints or converts first, or waits for the turn of a room. */
  conversionMs: number
  /** The same where what is asked for comes by another way too, or nobody is told anything meanwhile. */
  otherWayMs: number
  /** Nothing of a file leaves: the network may swallow it without a word. */
  stallMs: number
  /** No answer comes when all of a file has left: the system still sends on, and the picture is measured. */
  uploadedMs: number
}

/** @see AnswerTimes */
export function answerTimesOf(limits: ClientLimits): AnswerTimes {
  const answerMs = connectionMs + limits.lockWaitMs + statementMs + besideMs
  const stallMs = 2 * limits.slowBodyMs
  return {
    answerMs,
    conversionMs: byTheClock * limits.conversionMs + limits.restoreWaitMs,
    otherWayMs: answerMs / 2,
    stallMs,
    uploadedMs: stallMs + answerMs,
  }
}

/** Those for the server that this page came from. */
export const answerTimes = (): AnswerTimes => answerTimesOf(clientLimits())
