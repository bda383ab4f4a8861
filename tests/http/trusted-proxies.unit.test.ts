import { describe, expect, test } from 'vitest'
import { clientAddress } from '../../server/http/address.ts'
import { isNear, readNetwork, trustProxies } from '../../server/http/trusted-proxies.ts'

describe('12.30: who is behind proxies', () => {
  const named = trustProxies(['127.0.0.1', '10.0.0.0/8', 'fd00::/8', '2001:db8::1'])

  test('an address is known by whatever spelling, and a network by its prefix', () => {
    const known = [
      '127.0.0.1',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::FFFF:7F00:0001',
      '10.255.0.9',
      'fd12::9',
    ]
    const same = ['2001:db8::1', '2001:DB8:0:0:0:0:0:1', '2001:db8:0000::0.0.0.1', 'fd00::1%eth0']
    expect([...known, ...same].filter((one) => !named.has(one))).toEqual([])
    const others = ['127.0.0.2', '11.0.0.1', '2001:db8::2', 'fc00::1', '::1', 'unknown', '', '10.0.0.1:80']
    expect(others.filter((one) => named.has(one))).toEqual([])
  })

  test('what is neither an address nor a network is refused', () => {
    const wrong = [
      '',
      'proxy',
      '10.0.0.0/33',
      'fd00::/129',
      '10.0.0/8',
      '10.0.0.0/',
      '1.2.3.4/8/9',
      'fe80::1%eth0',
      '*',
    ]
    expect(wrong.filter((one) => readNetwork(one))).toEqual([])
    expect(() => trustProxies(['proxy'])).toThrow('proxy')
  })

  const cases: [peer: string | undefined, header: string | undefined, client: string][] = [
    // nobody but a named proxy is believed
    ['203.0.113.7', '198.51.100.1', '203.0.113.7'],
    [undefined, '198.51.100.1', 'unknown'],
    ['127.0.0.1', undefined, '127.0.0.1'],
    ['127.0.0.1', '', '127.0.0.1'],
    // the last entry is the nearest; what a client wrote stands before it
    ['127.0.0.1', '9.9.9.9, 198.51.100.1', '198.51.100.1'],
    ['::ffff:127.0.0.1', '198.51.100.1', '198.51.100.1'],
    // several hops of our own
    ['127.0.0.1', '9.9.9.9, 198.51.100.1, 10.0.0.4, fd00::2', '198.51.100.1'],
    ['127.0.0.1', '10.0.0.4, 10.0.0.5', '10.0.0.4'],
    // with ports, brackets, quotes, zones and mapped
    ['127.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
    ['127.0.0.1', '"[2001:db8::9]:4711"', '2001:db8::9'],
    ['127.0.0.1', '[2001:db8::9]', '2001:db8::9'],
    ['127.0.0.1', 'fe80::9%eth0', 'fe80::9'],
    ['127.0.0.1', '::ffff:c633:6401', '198.51.100.1'],
    // what cannot be read ends it: what stands before it may be anybody's
    ['127.0.0.1', '198.51.100.1, unknown', '127.0.0.1'],
    ['127.0.0.1', '198.51.100.1, _hidden, 10.0.0.4', '10.0.0.4'],
    ['127.0.0.1', '198.51.100.1,,', '127.0.0.1'],
    ['127.0.0.1', '1.2.3.4:5:6', '127.0.0.1'],
  ]
  test.each(cases)('from %s with %s it is %s', (peer, header, client) => {
    expect(clientAddress(peer, header, named)).toBe(client)
  })

  test('of a long header no more is read than its end', () => {
    const header = `${'9.9.9.9, '.repeat(100_000)}198.51.100.1`
    expect(clientAddress('127.0.0.1', header, named)).toBe('198.51.100.1')
  })

  test('addresses of this machine and of private networks are near, those of the internet are not', () => {
    expect(['127.0.0.1', '172.18.0.2', '::1', '::ffff:192.168.1.1', 'fe80::1%eth0'].every(isNear)).toBe(true)
    expect(['172.32.0.1', '8.8.8.8', '2001:db8::1', 'unknown'].some(isNear)).toBe(false)
  })
})
