import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { z } from 'zod'
import {
  awarenessFrame,
  eventFrame,
  pongFrame,
  savedFrame,
  stepOneFrame,
  stepTwoFrame,
  updateFrame,
} from '../../../server/rooms/connection/frames.ts'
import { documentPresence } from '../../../shared/document/cursor.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { webhookMessage } from '../../../shared/notify.ts'
import { keepFields, projectPresence } from '../../../shared/wire/presence.ts'

// What others rely on byte by byte: a change of any of it is seen here, and is one of the protocol's version or of what the
// receivers of a webhook were promised.

const hashOf = (pinned: unknown): string =>
  createHash('sha256').update(JSON.stringify(pinned)).digest('hex').slice(0, 16)

const hexOf = (frame: Buffer): string => frame.toString('hex')

it('the frames of the server are pinned', () => {
  const some = Uint8Array.of(1, 2, 3)
  expect({
    saved: [0, 1, 127, 128, 300].map((count) => hexOf(savedFrame(count))),
    pong: hexOf(pongFrame),
    event: hexOf(eventFrame('{"type":"é"}')),
    nobody: hexOf(awarenessFrame([])),
    presence: hexOf(awarenessFrame([some])),
    sync: [stepOneFrame, stepTwoFrame, updateFrame].map((frame) => hexOf(frame(some))),
  }).toMatchInlineSnapshot(`
    {
      "event": "820f650d7b2274797065223a22c3a9227d",
      "nobody": "8203010100",
      "pong": "820166",
      "presence": "8206010401010203",
      "saved": [
        "82026400",
        "82026401",
        "8202647f",
        "8203648001",
        "820364ac02",
      ],
      "sync": [
        "8206000003010203",
        "8206000103010203",
        "8206000203010203",
      ],
    }
  `)
})

it('what rooms show of a person is pinned: the fields, and what is kept of each', () => {
  const item = { client: 7, clock: 1 }
  const there = { item, assoc: 0 }
  const cursors = [
    null,
    { anchor: there, head: there },
    { anchor: { tname: textField, assoc: -1 }, head: { type: item, assoc: 1 } },
    { anchor: { type: null, tname: null, item }, head: { ...there, more: 1 } },
    { anchor: there },
    { anchor: { ...there, assoc: 2 }, head: there },
    { anchor: { tname: 'title', assoc: 0 }, head: there },
    { anchor: { item: { client: -1, clock: 0 }, assoc: 0 }, head: there },
    'here',
  ]
  const kept = cursors.map((cursor) =>
    keepFields({ cursor, user: { name: 'x' }, at: 'the end' }, documentPresence),
  )
  expect(Object.keys(projectPresence)).toEqual([])
  expect(Object.keys(documentPresence)).toEqual(['cursor'])
  expect(kept).toMatchInlineSnapshot(`
    [
      {
        "cursor": null,
      },
      {
        "cursor": {
          "anchor": {
            "assoc": 0,
            "item": {
              "client": 7,
              "clock": 1,
            },
          },
          "head": {
            "assoc": 0,
            "item": {
              "client": 7,
              "clock": 1,
            },
          },
        },
      },
      {
        "cursor": {
          "anchor": {
            "assoc": -1,
            "tname": "default",
          },
          "head": {
            "assoc": 1,
            "type": {
              "client": 7,
              "clock": 1,
            },
          },
        },
      },
      {
        "cursor": {
          "anchor": {
            "assoc": 0,
            "item": {
              "client": 7,
              "clock": 1,
            },
          },
          "head": {
            "assoc": 0,
            "item": {
              "client": 7,
              "clock": 1,
            },
          },
        },
      },
      {},
      {},
      {},
      {},
      {},
    ]
  `)
})

it('the message of a webhook is pinned', () => {
  expect(hashOf(z.toJSONSchema(webhookMessage))).toBe('17474f3371ea6349')
})
