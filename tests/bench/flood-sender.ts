import { requestFrom, type RequestFrom } from './request-from.ts'

/** How many requests were answered with which status; `failed` for those that got no answer. */
export type FloodAnswers = Record<string, number>

// sends all that it is told at once, as a process of its own, and tells how it was answered
process.once('message', (requests: RequestFrom[]) => {
  const answers: FloodAnswers = {}
  const asked = requests.map(async (one) => {
    const answer = await requestFrom(one).catch(() => 'failed')
    answers[answer] = (answers[answer] ?? 0) + 1
  })
  void Promise.all(asked).then(() => process.send!(answers, () => process.disconnect()))
})
