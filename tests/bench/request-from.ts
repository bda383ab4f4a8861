import { request } from 'node:http'
import { ownPage } from '../helpers/people.ts'

/** A request from an address of this machine that its server takes for another network's: `127.0.8.1`. */
export interface RequestFrom {
  localAddress: string
  origin: string
  method: 'GET' | 'POST'
  path: string
  cookie: string
  /** JSON. */
  body?: string
}

/** Sends it on a connection of its own; resolves to the status once the whole answer is there. */
export function requestFrom({
  localAddress,
  origin,
  method,
  path,
  cookie,
  body,
}: RequestFrom): Promise<number> {
  return new Promise((answered, failed) => {
    const sent = request(origin + path, {
      method,
      localAddress,
      agent: false,
      headers: {
        ...ownPage(origin),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(cookie === '' ? {} : { Cookie: cookie }),
      },
    })
    sent.on('response', (reply) => {
      reply.resume()
      reply.once('end', () => answered(reply.statusCode!))
    })
    sent.once('error', failed)
    sent.end(body)
  })
}
