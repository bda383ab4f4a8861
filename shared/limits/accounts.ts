import type { LimitTable } from './limit.ts'

/** Limits of signing in, sessions and links. */
export const accountsLimits = {
  loginFreeTries: {
    value: 5,
    unit: 'wrong passwords',
    reason: 'a person mistypes; then each further try waits',
  },
  loginAccountsPerAddress: {
    value: 4,
    unit: 'accounts that an office behind one address may mistype for, before the address itself is slowed',
    reason:
      'people of one office mistype at different times; a list of accounts that is gone through is slowed',
  },
  loginDelayMs: {
    value: 15_000,
    unit: 'milliseconds at most a try',
    reason: 'slows guessing to 4 a minute from one network, locks nobody out',
  },
  guessesPerHour: {
    value: 300,
    unit: 'wrong passwords an hour, half of them at once, for one account, from devices that it has not signed in on',
    reason: 'passwords that are guessed in a thousand tries are refused; people mistype ten',
  },
  guessesPerHourOfNewNetworks: {
    value: 300,
    unit: 'more of them when those are used up, from networks that have not guessed',
    reason:
      'the owner may come from one of them; a good password withstands six hundred an hour for centuries',
  },
  guessesOfNewNetwork: {
    value: 2,
    unit: 'wrong passwords of each such network',
    reason: 'the owner mistypes once; who guesses from many networks gets little from each',
  },
  guessesPerHourOfWideNetwork: {
    value: 60,
    unit: 'of them all from one /48 of IPv6 or /24 of IPv4',
    reason: 'who holds a /48 holds 65,536 networks, and uses up nobody’s hour with them',
  },
  passwordsAtOnce: {
    value: 2,
    unit: 'passwords that are hashed or checked at a time',
    reason: 'each takes 80 ms of a core and 19 MiB, behind all else that there is to do',
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
  sessionsPerPerson: {
    value: 200,
    unit: 'sessions a person; one more ends the one that was not seen for longest',
    reason: 'a script that signs in at each run; whoever opens the account page reads all',
  },
  tokensPerPerson: {
    value: 50,
    unit: 'API tokens a person, expired ones too; one that is revoked makes room',
    reason: 'one for each script of a busy office; whoever opens the account page reads all',
  },
  signUpsPerHour: {
    value: 200,
    unit: 'accounts an hour that are made from one /48 of IPv6 or /24 of IPv4, half as many at once',
    reason: 'two classes of 40 that sign up together; each account has budgets of its own',
  },
  projectsPerPerson: {
    value: 500,
    unit: 'projects that a person is a member of',
    reason:
      'forty a year for twelve years; each has budgets of its own, and whoever opens the list reads all',
  },
  arrivalsPerHour: {
    value: 60,
    unit: 'times an hour that one guest link is looked at or entered by from one /48 of IPv6 or /24 of IPv4, half as many at once',
    reason: 'a guest does both on two devices a few times a day; each arrival is kept in the trail',
  },
  arrivalsPerHourOfNetwork: {
    value: 1_200,
    unit: 'times an hour that any guest links are looked at or entered by from such a network, half as many at once',
    reason: 'two classes of 40 that come in together, each with a few tries',
  },
  invitesPerProject: {
    value: 500,
    unit: 'invitations a project, used and expired ones too; one that is taken back makes room',
    reason: 'forty people who come and go for ten years; who opens the list reads all',
  },
  guestLinksPerProject: {
    value: 500,
    unit: 'guest links a project, revoked and expired ones too',
    reason: 'forty guests who are let in anew each quarter for three years; who opens the list reads all',
  },
  inviteDays: { value: 14, unit: 'days', reason: 'a link that is lost in a mailbox stops working' },
} as const satisfies LimitTable
