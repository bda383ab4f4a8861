/**
 * Every limit with its default, unit and reason. Each can be set by the environment variable named after it
 * (`updateBytes` → `LIMIT_UPDATE_BYTES`); `server/config.ts` reads and checks them.
 */
export const limits = {
  bodyBytes: { value: 1_048_576, unit: 'bytes', reason: 'a JSON request; the longest comment is far below' },
  publicBodyBytes: {
    value: 8_192,
    unit: 'bytes of a JSON request that needs no session: to sign in or up, to confirm an address, to enter by a link',
    reason:
      'a name, an address and a password are 2 KB at most; what strangers send is held before anything is known',
  },
  fileBytes: { value: 26_214_400, unit: 'bytes', reason: 'a 25 MB photo; a phone picture is 3 to 12 MB' },
  uploadsPerPerson: {
    value: 8,
    unit: 'uploads at a time of a person',
    reason: 'a page sends three at a time; two devices of one person fit',
  },
  uploadsAtOnce: {
    value: 64,
    unit: 'uploads at a time of all',
    reason: 'each holds a connection and an open file for as long as a slow phone takes',
  },
  stagedBytes: {
    value: 268_435_456,
    unit: 'bytes on their way in, of all',
    reason: 'ten of the largest pictures at once; what is not looked at yet fills no disk',
  },
  diskReserveBytes: {
    value: 67_108_864,
    unit: 'bytes of the disk that uploads leave free',
    reason: 'texts, comments and signatures are still saved when pictures no longer are',
  },
  imagePixels: { value: 60_000_000, unit: 'pixels', reason: 'decoding 60 MP takes 240 MB of memory' },
  projectBytes: { value: 5_368_709_120, unit: 'bytes', reason: 'one project cannot fill the disk of all' },
  requestsPerMinute: {
    value: 600,
    unit: 'requests a minute and address',
    reason: 'a busy office behind one address stays below',
  },
  loginFreeTries: {
    value: 5,
    unit: 'wrong passwords',
    reason: 'a person mistypes; then each further try waits',
  },
  loginDelayMs: {
    value: 15_000,
    unit: 'milliseconds at most a try',
    reason: 'slows guessing to 4 a minute, locks nobody out',
  },
  passwordsAtOnce: {
    value: 2,
    unit: 'passwords that are hashed or checked at a time',
    reason:
      'each takes 80 ms of a core; files, pictures and names of hosts are read by the same four threads',
  },
  passwordsWaiting: {
    value: 256,
    unit: 'passwords that wait to be hashed or checked, of all',
    reason: 'who is last has waited ten seconds',
  },
  passwordsWaitingPerAddress: {
    value: 64,
    unit: 'such passwords of one network address',
    reason:
      'a class that signs up at the same moment; addresses take turns, so that others wait for none of them',
  },
  accountsTriedPerSignIn: {
    value: 5,
    unit: 'accounts that name one address; each refusal checks so many passwords',
    reason: 'a check is 80 ms of a core, and time must not tell how many there are',
  },
  accountsTriedPerMail: {
    value: 64,
    unit: 'accounts that name one address, tried at a time for who holds the link of its mail',
    reason: '5 s of a core, which only the reader of the mail can cause; each further part waits in turn',
  },
  sessionIdleDays: { value: 30, unit: 'days', reason: 'signed out when not seen for a month' },
  sessionDays: {
    value: 180,
    unit: 'days',
    reason: 'signed in anew twice a year, however busy the session is',
  },
  inviteDays: { value: 14, unit: 'days', reason: 'a link that is lost in a mailbox stops working' },
  socketsPerUser: {
    value: 40,
    unit: 'open sockets a user and process',
    reason: 'two devices with twenty tabs',
  },
  frameBytes: { value: 2_097_152, unit: 'bytes', reason: 'a frame with one pasted chapter' },
  updateBytes: {
    value: 1_048_576,
    unit: 'bytes',
    reason: 'one edit; a pasted chapter is 100 KB, images are files',
  },
  vectorBytes: {
    value: 4_096,
    unit: 'bytes of a state vector beyond twice the room’s own',
    reason: 'what a client wrote offline is of 64 client ids at most; one of 2 MB takes 0.2 s to read',
  },
  framesPerSecond: {
    value: 500,
    unit: 'frames of any kind, pings too, a second and socket',
    reason: 'a stock client repeats the awareness that it hears, at most once a tick',
  },
  asksAtOnce: {
    value: 8,
    unit: 'times that a socket may ask for the whole text or for everybody’s presence, and once a second more',
    reason: 'a client asks when it connects, and after that hardly ever; an answer is up to 32 MB',
  },
  waitingBytes: {
    value: 2_097_152,
    unit: 'bytes of a sender that wait for a commit; then no more is read from it',
    reason: 'twice the largest update; who sends faster than is stored waits',
  },
  updatesPerSecond: {
    value: 120,
    unit: 'updates a second and socket',
    reason: 'a fast typist makes 15; replay after offline is merged',
  },
  structsPerUpdate: {
    value: 60_000,
    unit: 'new items in one update',
    reason: 'a day offline is 20,000 and a pasted chapter 10,000; Yjs takes 2 microseconds for each',
  },
  splits: {
    value: 20_000,
    unit: 'runs of text that one update cuts',
    reason: 'Yjs takes 2 microseconds for each; replacing a word at 3,000 places cuts 6,000',
  },
  movedItems: {
    value: 250_000_000,
    unit: 'places of an author’s list of items that one update moves, by cutting and joining them; a step of tidying formats counts 40',
    reason:
      'each takes 4 nanoseconds: 1 s at most; deleting a text of 15,000 elements that one person wrote moves 225 million',
  },
  movedItemsPerSecond: {
    value: 1_000_000,
    unit: 'such places a second and person; two updates at the limit at once; what is over it is to come later',
    reason: 'half a percent of what everybody is served with',
  },
  runCharacters: {
    value: 10_000,
    unit: 'Latin characters without a break opportunity; any other counts 20, Thai and its like 4',
    reason: 'laying it out is quadratic: 0.3 s; a minified file or a key is shorter',
  },
  elementsPerDocument: {
    value: 50_000,
    unit: 'paragraphs, cells, pictures and other elements',
    reason: 'a text of 500 pages has 15,000; everybody who opens it builds and lays out each of them',
  },
  columnsPerTable: {
    value: 400,
    unit: 'columns',
    reason: 'one for each day of a year; every row is laid out as wide as the widest',
  },
  placesPerTable: {
    value: 20_000,
    unit: 'rows times columns of a table',
    reason: 'a view and a print build each place; the room repairs no larger one',
  },
  formatsPerText: {
    value: 10_000,
    unit: 'beginnings and ends of formats in one paragraph',
    reason: 'a page with each word in another format has 1,000; a view splits the text at each',
  },
  conflictSteps: {
    value: 5_000_000,
    unit: 'looks at an item, 0.15 microseconds each, to order one update, in whatever order its items come',
    reason: '2,000 blocks written offline, one by one, where others put 2,000 need 4 million: 0.6 s, once',
  },
  conflictStepsPerSecond: {
    value: 200,
    unit: 'such looks a second, person and document; three updates at the limit at once; what is over it is to come later',
    reason:
      'whoever opens the document may pay them again: a day of it is 2.6 s; two devices come back offline',
  },
  brokenChangesPerMinute: {
    value: 10,
    unit: 'changes a minute and person that are refused only when they are in the document',
    reason:
      'the document is read again for all who write in it: up to 1 s; a paste is tried two or three times',
  },
  collectedRun: {
    value: 1_000_000,
    unit: 'characters or items in one run of an update that is deleted or collected',
    reason: 'a chapter or two; a forged one of a billion freezes the server',
  },
  claimsPerRoom: {
    value: 1_000,
    unit: 'client ids of people who showed themselves in an open room and have not written',
    reason: 'ten tabs a day of a hundred people; the oldest of those who left are forgotten first',
  },
  clientIdsPerUpdate: {
    value: 64,
    unit: 'new client ids in one update',
    reason: 'one for each tab that wrote while it was offline',
  },
  clientIdsPerPerson: {
    value: 10_000,
    unit: 'client ids of one person in one document',
    reason: 'ten tabs a day for three years; each makes the state vector that all exchange 6 bytes longer',
  },
  documentBytes: {
    value: 33_554_432,
    unit: 'bytes of encoded history',
    reason: 'a million keystrokes are 2 to 5 MB',
  },
  documentsPerProject: {
    value: 500,
    unit: 'documents',
    reason: 'each may be 32 MB; a product has a dozen',
  },
  historyBytes: {
    value: 536_870_912,
    unit: 'bytes of logged edits and their history a project',
    reason:
      'a year of ten people at work is 50 MB; one member cannot fill the disk of all by typing and deleting',
  },
  writtenBytesPerMinute: {
    value: 33_554_432,
    unit: 'bytes of edits a minute, person and project',
    reason: 'thirty pasted chapters; a full history takes a quarter of an hour, not four seconds',
  },
  nestingDepth: { value: 64, unit: 'levels', reason: 'the schema nests 12 deep; deeper overflows stacks' },
  awarenessBytes: {
    value: 8_192,
    unit: 'bytes',
    reason: 'a cursor, a selection and a viewport are 400 bytes',
  },
  awarenessPerSecond: {
    value: 30,
    unit: 'updates a second and socket',
    reason: 'a pointer at 30 frames a second',
  },
  decodedBytes: {
    value: 33_554_432,
    unit: 'bytes of encoded texts that are gone through for one person at once; building a document counts four times',
    reason: 'a second of the thread that serves; twenty texts of a hundred pages are opened together',
  },
  decodedBytesPerSecond: {
    value: 1_048_576,
    unit: 'such bytes a second and person; what is over it, and over what is to spare, waits',
    reason: 'a thirtieth of the thread that serves',
  },
  spareDecodedBytes: {
    value: 134_217_728,
    unit: 'such bytes at once of all people who have used up their own',
    reason: 'who opens three texts of 8 MB and writes in each waits for none; others come between',
  },
  spareDecodedBytesPerSecond: { value: 4_194_304, unit: 'such bytes a second', reason: 'an eighth of it' },
  answersPerMinute: {
    value: 120,
    unit: 'answers that hold a text a minute, person and document; what is over it waits',
    reason: 'forty tabs of one document come back three times',
  },
  upgradesPerMinute: {
    value: 240,
    unit: 'sockets that are let in a minute and person',
    reason: 'forty tabs come back six times; each asks who it is and reads its room',
  },
  unsentBytes: { value: 4_194_304, unit: 'bytes', reason: 'a reader this far behind syncs again instead' },
  threadsPerProject: { value: 20_000, unit: 'threads', reason: 'twice the size that search is tuned for' },
  searchesAtOnce: {
    value: 4,
    unit: 'searches at a time of all',
    reason:
      'each reads a text that has changed, of up to 32 MB, and a core of the database looks through all',
  },
  searchesWaiting: {
    value: 100,
    unit: 'searches that wait, of all people',
    reason: 'who is last still waits',
  },
  searchesWaitingPerPerson: {
    value: 8,
    unit: 'searches of one person that wait',
    reason: 'one for each pause in typing; people take turns',
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
  webhooksPerProject: { value: 10, unit: 'webhooks', reason: 'each is sent every news' },
  formulaCharacters: {
    value: 2_000,
    unit: 'characters of LaTeX in print',
    reason: 'a page of mathematics; longer is printed as its source',
  },
  formulaNesting: { value: 24, unit: 'levels in print', reason: 'people nest 6 deep; deeper is its source' },
  formulaSteps: {
    value: 50_000,
    unit: 'steps of the translation for print',
    reason: 'the cost doubles with each argument inside another: 60 ms at most',
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
  printedCommentCharacters: {
    value: 300_000,
    unit: 'characters of all comments of one print; the longest are shortened, and the record holds all',
    reason: 'two hundred pages: 2 s a language, ten times that on a machine that is busy',
  },
  printedComments: {
    value: 3_000,
    unit: 'comments of one print; of the longest talks the latest',
    reason: 'each is set by itself; a thousand points of three',
  },
  conversionMs: {
    value: 60_000,
    unit: 'milliseconds',
    reason: 'a print of 500 pages takes about 5 s; what takes longer than this never ends',
  },
  quickConversionMs: {
    value: 30_000,
    unit: 'milliseconds',
    reason:
      'reading a text of 100 pages takes about 0.3 s, and a hundred times that on a machine that is busy',
  },
  conversionMemoryBytes: {
    value: 1_342_177_280,
    unit: 'bytes resident in a converter process',
    reason: 'a print of 500 pages takes 360 MB, a table of 6,000 cells a gigabyte',
  },
  conversionAnswerBytes: {
    value: 536_870_912,
    unit: 'bytes',
    reason: 'a package of a hundred photos; it is sent from memory',
  },
  printSourcePixels: {
    value: 1_000_000_000,
    unit: 'pixels of all pictures of one print',
    reason: 'eighty phone photos; decoding them takes half a minute',
  },
  printPixels: {
    value: 64_000_000,
    unit: 'pixels of all pictures of one print, as they are printed',
    reason: 'the typesetter keeps them decoded: 256 MB, fifteen full pages at 300 dots an inch or 130 at 100',
  },
  conversionsPerPerson: {
    value: 4,
    unit: 'long conversions of one person, at work or waiting; ten times as many quick ones',
    reason: 'two prints and a package; thirty pictures are dropped into a text at once',
  },
  conversionsWaiting: {
    value: 200,
    unit: 'conversions that wait, of all people',
    reason: 'who is last still gets theirs before a browser gives up',
  },
  commentsPerThread: {
    value: 500,
    unit: 'comments a point',
    reason: 'a talk of this length is about more than one point',
  },
} as const satisfies Record<string, { value: number; unit: string; reason: string }>

export type Limits = { readonly [Name in keyof typeof limits]: number }

export const defaultLimits = Object.fromEntries(
  Object.entries(limits).map(([name, limit]) => [name, limit.value]),
) as Limits
