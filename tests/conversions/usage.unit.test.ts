import { describe, expect, test } from 'vitest'
import { createQueue, type Waiting } from '../../server/conversions/queue.ts'
import { createUsage } from '../../server/conversions/usage.ts'

const one = (network: string, projectId: string, userId: string): Waiting => ({
  network,
  projectId,
  userId,
  kind: 'long',
})

describe('what was used of late', () => {
  test('counts for the network, the project and the person, and half of it is forgotten in each half-life', () => {
    let time = 0
    const usage = createUsage(1_000, () => time)
    usage.add(one('net', 'lamp', 'ann'), 400)
    time = 1_000
    usage.add(one('net', 'chair', 'bo'), 100)
    expect(usage.asOfNow()(one('net', 'lamp', 'bo'))).toEqual([300, 200, 100])
    time = 3_000
    expect(usage.asOfNow()(one('net', 'lamp', 'cy'))).toEqual([75, 50, 0])
  })

  test('leaves nothing behind of whom it has forgotten', () => {
    let time = 0
    const usage = createUsage(1_000, () => time)
    for (let at = 0; at < 5_000; at++) {
      usage.add(one(`net ${at}`, `project ${at}`, `person ${at}`), 50)
      time += 100
    }
    expect(usage.size()).toBeLessThan(2_000)
  })
})

test('the queue takes the network, then the project, then the person that used least, then who came first', () => {
  const usage = createUsage(1_000, () => 0)
  const queue = createQueue<Waiting>()
  const waiting = [
    one('busy', 'a', 'ann'),
    one('quiet', 'a', 'ann'),
    one('quiet', 'b', 'bo'),
    one('quiet', 'b', 'cy'),
    one('quiet', 'b', 'cy'),
  ]
  for (const each of waiting) queue.add(each)
  usage.add(one('busy', 'x', 'x'), 30)
  usage.add(one('quiet', 'a', 'y'), 20)
  usage.add(one('other', 'z', 'bo'), 5)
  const order: number[] = []
  for (;;) {
    const next = queue.next(() => true, usage.asOfNow())
    if (!next) break
    order.push(waiting.indexOf(next))
  }
  expect(order).toEqual([3, 4, 2, 1, 0])
})
