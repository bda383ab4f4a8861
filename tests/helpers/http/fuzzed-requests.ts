import type { SeededRandom } from '../seeded-random.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'QUERY']
const strangeMethods = ['', 'get', 'GE T', 'G\0T', 'PROPFIND', 'M-SEARCH', 'X'.repeat(300), '__proto__']
const roots = [
  '/',
  '//',
  '///',
  '*',
  '',
  '//[',
  'http://[',
  'http://',
  'https://x:99999',
  'ws:',
  '?',
  '#',
  '\\\\',
]
const paths = [
  '/api/rooms/',
  '/api/rooms/project',
  '/api/sessions/current',
  '/api/accounts/me',
  '/api/projects/%00',
  '/api/documents/x/text',
  '/api/resources/x/threads?kind[]=1&kind[]=2',
  '/assets/../../package.json',
  '/assets/%2e%2e/%2e%2e/package.json',
  '/documents/x',
  '/healthz',
]
const pieces = [
  '%',
  '%E0%A4%A',
  '%ED%A0%80',
  '%00',
  '\0',
  '\x7f',
  '\xff\xfe',
  '[',
  ']',
  '@',
  ':',
  '::',
  '/..',
  '/.',
  '\\',
  '?',
  '??',
  '#',
  '&&==',
  '__proto__',
  '{}',
  '<x>',
  ' ',
  '\t',
  'é',
  'x'.repeat(5_000),
]
const hosts = [
  '',
  '[',
  '[::1',
  ']',
  'a b',
  '..',
  'x:y',
  'x:99999',
  '%',
  'http://x',
  '\xff',
  'localhost\0',
  'é.test',
]
const cookieParts = [
  'session',
  'session=',
  'session=%E0%A4%A',
  'session=%',
  '=;;%E0%A4%A',
  '=',
  ';',
  ';;;',
  '%E0%A4%A',
  '%E0%A4%A=x',
  'device=%ff',
  'device=a.b.c',
  '"',
  'a="',
  '\xff=\xff',
  '__proto__=x',
  `session=${'A'.repeat(43)}`,
  `session=${'A'.repeat(6_000)}`,
]
const upgradeHeaders = [
  'Upgrade: websocket',
  'Upgrade: h2c',
  'Upgrade:',
  'Upgrade: websocket, websocket',
  'Connection: Upgrade',
  'Connection: upgrade, upgrade, close',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Key: x',
  'Sec-WebSocket-Key:',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Version: NaN',
  'Sec-WebSocket-Protocol: ,,,',
  'Sec-WebSocket-Extensions: permessage-deflate; x="',
  'Origin: null',
  'Origin: http://[',
  'Origin: //',
]
const otherHeaders = [
  'Content-Length: 5',
  'Content-Length: -1',
  'Content-Length: 99999999999999999999',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: x',
  'Expect: 100-continue',
  'Expect: x',
  'Content-Type: application/json',
  'Content-Type: image/png',
  'Content-Type: ;;;',
  'Accept-Encoding: *;q=x',
  'Accept-Language: \xff\xff',
  'If-None-Match: "',
  'Range: bytes=9-1',
  'X-Forwarded-For: \xff, [',
  'Sec-Fetch-Site: same-origin',
  '__proto__: x',
  'constructor: x',
  ': x',
  'no colon',
  `X-Long: ${'x'.repeat(20_000)}`,
]

/** One request as no client would make it, of any kind that a seed finds; of three, two ask for an upgrade. */
export function fuzzRequest(random: SeededRandom, port: number): Buffer {
  const { pick, chance } = random
  const some = (from: readonly string[], most: number): string[] =>
    Array.from({ length: random.below(most + 1) }, () => pick(from))
  const target = pick(chance(0.5) ? roots : paths) + some(pieces, 3).join('')
  const line = `${chance(0.85) ? pick(methods) : pick(strangeMethods)} ${target} HTTP/1.${chance(0.95) ? 1 : 9}`
  const headers = [
    ...(chance(0.1) ? [] : [`Host: ${chance(0.7) ? `127.0.0.1:${port}` : pick(hosts)}`]),
    ...(chance(0.05) ? ['Host: twice'] : []),
    ...(chance(0.66) ? ['Connection: Upgrade', 'Upgrade: websocket'] : []),
    ...some(upgradeHeaders, 5),
    // our own Origin, or nothing gets as far as the cookies
    ...(chance(0.7) ? [`Origin: http://127.0.0.1:${port}`] : []),
    ...(chance(0.8) ? [`Cookie: ${some(cookieParts, 4).join(pick(['; ', ';', ',', '\t']))}`] : []),
    ...some(otherHeaders, 2),
  ]
  const head = [line, ...headers, '', ''].join(chance(0.97) ? '\r\n' : '\n')
  const bytes = Buffer.from(head + (chance(0.3) ? '{"a":' : ''), 'latin1')
  if (chance(0.1)) bytes[random.below(bytes.length)] = random.below(256)
  return chance(0.05) ? bytes.subarray(0, random.below(bytes.length)) : bytes
}
