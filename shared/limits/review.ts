import type { LimitTable } from './limit.ts'

/** Limits of points, comments, mails and webhooks. */
export const reviewLimits = {
  threadsPerProject: { value: 20_000, unit: 'threads', reason: 'twice the size that search is tuned for' },
  threadsPerPerson: {
    value: 5_000,
    unit: 'points of a project that one person raises',
    reason: 'a quarter of what it holds: nobody alone keeps all others from raising one',
  },
  threadsPerHour: {
    value: 600,
    unit: 'points an hour and person, half of them at once',
    reason: 'ten a minute; a script that fills the list is slowed',
  },
  draftsPerPerson: {
    value: 1_000,
    unit: 'comments that a person keeps to themself until a review, in all projects',
    reason: 'ten times a long review; each is an entry of the trail when it is published',
  },
  commentsPerThread: {
    value: 500,
    unit: 'comments a point',
    reason: 'a talk of this length is about more than one point',
  },
  commentBytesPerHour: {
    value: 4_194_304,
    unit: 'bytes of comments, anchors, proposals, reviews and reasons, as JSON, an hour and person, half of them at once',
    reason: 'a thousand comments of a page; a script that fills the list is slowed',
  },
  threadCommentBytes: {
    value: 2_097_152,
    unit: 'bytes that the comments of a point are as JSON',
    reason: 'five hundred of a page; each new one is sent to all with those before it',
  },
  projectCommentBytes: {
    value: 67_108_864,
    unit: 'bytes that the comments, former words, anchors, proposals, reviews and reasons of a project are as JSON',
    reason: 'twenty thousand comments of a page; whoever opens the list reads all of them',
  },
  commentCharacters: {
    value: 10_000,
    unit: 'characters',
    reason: 'four pages; more belongs into the document',
  },
  commentBytes: {
    value: 131_072,
    unit: 'bytes of a rich comment as JSON',
    reason: 'four Chinese pages are 30 KB; the rest is for marks, links and names',
  },
  wholeEventBytes: {
    value: 65_536,
    unit: 'bytes of points that are told whole to all who are in a project; of more the ids are told, and who changed them is answered in pieces',
    reason: 'twenty usual points; each goes to every browser there is, a phone’s too',
  },
  eventBytesAtOnce: {
    value: 524_288,
    unit: 'bytes of points that one person changes in a project which are told whole at once; of what is beyond it the ids',
    reason: 'it is not counted as what those read who are told; nobody who works by hand comes near it',
  },
  eventBytesPerSecond: {
    value: 65_536,
    unit: 'such bytes a second',
    reason: 'twenty usual points a second',
  },
  eventReadBytesPerSecond: {
    value: 262_144,
    unit: 'bytes a second that browsers read because somebody else changed long points; told of more, they are told later',
    reason: 'a quarter of what one may read',
  },
  digestMinutes: { value: 10, unit: 'minutes', reason: 'one mail of what happened instead of ten' },
  mailsPerRecipient: {
    value: 20,
    unit: 'mails at once an hour and person, then the digest tells',
    reason: 'one in three minutes; more is one mail of many news',
  },
  mailsPerCause: {
    value: 100,
    unit: 'mails at once an hour that one person causes, then the digest tells',
    reason: 'a must point for a project of a hundred; nobody mails the world through us',
  },
  confirmationMailsPerAddress: {
    value: 3,
    unit: 'mails a day that ask whether an address is its reader’s',
    reason: 'two that were lost in a filter; nobody’s mailbox is filled',
  },
  confirmationMailsPerSource: {
    value: 30,
    unit: 'such mails an hour and network address',
    reason: 'a class that signs up behind one address; not a list of strangers',
  },
  confirmationHours: {
    value: 48,
    unit: 'hours that the link in such a mail is good',
    reason: 'a mail that is read the day after tomorrow',
  },
  webhookTestsPerHour: {
    value: 60,
    unit: 'messages an hour that a person has sent to try a webhook',
    reason: 'ten that are set up with six tries each; nobody floods another’s server through us',
  },
  webhookLooksAtOnce: {
    value: 32,
    unit: 'addresses of webhooks that are looked up at a time, and as many that are tried',
    reason: 'each is a socket for 10 s at most',
  },
  webhookLooksWaiting: { value: 256, unit: 'that wait for it, of all', reason: 'who is last still waits' },
  webhookLooksWaitingPerNetwork: {
    value: 16,
    unit: 'that wait of one /48 of IPv6 or /24 of IPv4; networks take turns',
    reason: 'each is a click in the settings',
  },
  deliveriesAtOnce: {
    value: 20,
    unit: 'messages to webhooks under way; half of them are for projects and people with none under way',
    reason: 'each holds a connection for 10 s at most, where its receiver hangs',
  },
  deliveriesPerProject: {
    value: 5,
    unit: 'messages to webhooks under way of a project, and of a person who set them up',
    reason: 'half of its webhooks at once; those of two projects that hang hold up nobody else',
  },
  webhooksPerProject: { value: 10, unit: 'webhooks', reason: 'each is sent every news' },
} as const satisfies LimitTable
