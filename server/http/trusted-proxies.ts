import { BlockList, isIP } from 'node:net'

/** The reverse proxies that the configuration names, by address or network, whatever way an address is spelt. */
export interface TrustedProxies {
  has(address: string): boolean
  /** True when any is named. */
  readonly isNamed: boolean
}

/** An address with the length of its network's prefix, or without one; null when it is neither. */
export function readNetwork(text: string): { address: string; prefix: number | null } | null {
  const [, address = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const family = isIP(address)
  if (family === 0 || address.includes('%')) return null
  const prefix = length === undefined ? null : Number(length)
  return prefix !== null && prefix > (family === 4 ? 32 : 128) ? null : { address, prefix }
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

/** `named`: addresses and networks, such as `10.0.0.5` and `fd00::/8`. Throws for any that is neither. */
export function trustProxies(named: readonly string[]): TrustedProxies {
  const list = new BlockList()
  for (const one of named) {
    const network = readNetwork(one)
    if (!network) throw new Error(`${one} is no address and no network`)
    const { address, prefix } = network
    const family = familyOf(address)
    if (prefix === null) list.addAddress(address, family)
    else list.addSubnet(address, prefix, family)
  }
  return {
    has(address) {
      const bare = address.replace(/%.*$/, '')
      return isIP(bare) !== 0 && list.check(bare, familyOf(bare))
    },
    isNamed: named.length > 0,
  }
}

/** Networks that are nobody's in the internet: who asks from one of them may be a proxy in front of this server. */
const near = trustProxies([
  '127.0.0.0/8',
  '::1',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
])

/** True for an address of this machine or of a private network. */
export const isNear = (address: string): boolean => near.has(address)
