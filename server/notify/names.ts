import type { LookupAddress } from 'node:dns'
import { Resolver } from 'node:dns/promises'

/** How long one server is waited for (ms), and how often one is asked. */
const resolverOptions = { timeout: 2_000, tries: 2 }
/** How long it takes at most (ms), however many servers there are to ask. */
const longestMs = 5_000

const thisMachine: LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
]

/**
 * The addresses of a name, as its name servers say, within five seconds. Asked by itself, and not of the machine's own
 * resolver: that takes a thread for each question, of four that everything shares, so that names whose servers do not
 * answer would keep all others waiting. What only this machine's list of hosts knows is not found.
 * `servers`: whom to ask, in place of those that the machine is set to.
 * @throws what was answered, such as `ENOTFOUND`; `ECANCELLED` after the time, or when the signal ended it
 */
export async function addressesOf(
  host: string,
  { signal, servers }: { signal?: AbortSignal; servers?: string[] } = {},
): Promise<LookupAddress[]> {
  signal?.throwIfAborted()
  if (/^(.+\.)?localhost\.?$/i.test(host)) return thisMachine
  const resolver = new Resolver(resolverOptions)
  if (servers) resolver.setServers(servers)
  const cancel = () => resolver.cancel()
  const timer = setTimeout(cancel, longestMs)
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
    if (four.status === 'rejected' && six.status === 'rejected') throw four.reason
    return [
      ...(four.status === 'fulfilled' ? four.value.map((address) => ({ address, family: 4 })) : []),
      ...(six.status === 'fulfilled' ? six.value.map((address) => ({ address, family: 6 })) : []),
    ]
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', cancel)
  }
}
