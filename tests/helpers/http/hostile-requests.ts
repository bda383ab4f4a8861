import type { SeededRandom } from '../seeded-random.ts'

/** A JSON schema, as the interface's own description (OpenAPI) has it. */
interface Shape {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: Shape[]
  oneOf?: Shape[]
  allOf?: Shape[]
  items?: Shape
  properties?: Record<string, Shape>
  required?: string[]
}

interface Operation {
  'x-permission': string
  requestBody?: { content: Record<string, { schema: Shape }> }
}

export interface Description {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Shape> }
}

export interface HostileRequest {
  method: string
  path: string
  body?: unknown
}

const words = [
  '',
  ' ',
  '#eval("1")',
  '\u202eabc',
  '\u0000',
  '\ud800',
  '=HYPERLINK("x")',
  '`'.repeat(9_000),
  '\n'.repeat(4_000),
  '</script>',
  '__proto__',
  '../../etc/passwd',
  "'; drop table users; --",
  '\\sqrt{'.repeat(40),
  '%00',
  '2026-02-31',
]
const numbers = [0, -1, 1, 0.5, 1e9, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308]
const others: unknown[] = [null, true, [], {}, [[[[]]]], { __proto__: null, toString: 1 }]

/** Every writing route of the interface, but those that `isLeftOut`. */
export function writingRoutes({ paths }: Description, isLeftOut: (route: string) => boolean) {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => method !== 'get' && !isLeftOut(`${method.toUpperCase()} ${path}`))
      .map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )
}

/**
 * A request to one of the routes with what no honest client sends: values of the right kind and odd content, now and
 * then of another kind, more or fewer fields. `ids` are what there is for the names in a path and in a body.
 */
export function hostileRequest(
  random: SeededRandom,
  description: Description,
  route: ReturnType<typeof writingRoutes>[number],
  ids: Record<string, string[]>,
): HostileRequest {
  const idFor = (name: string) => {
    const known = ids[name] ?? []
    return known.length > 0 && random.chance(0.85) ? random.pick(known) : random.pick(words)
  }
  function value(shape: Shape, name: string, depth: number): unknown {
    if (random.chance(0.08)) return random.pick([...others, ...numbers, ...words])
    if (shape.$ref) return value(description.components.schemas[shape.$ref.split('/').at(-1)!]!, name, depth)
    if ('const' in shape) return shape.const
    if (shape.enum) return random.pick(shape.enum)
    const choices = shape.anyOf ?? shape.oneOf
    if (choices) return value(random.pick(choices), name, depth)
    if (shape.allOf) return Object.assign({}, ...shape.allOf.map((one) => value(one, name, depth))) as object
    const type = Array.isArray(shape.type) ? random.pick(shape.type) : shape.type
    if (type === 'object' || shape.properties) {
      const fields = Object.entries(shape.properties ?? {})
        .filter(([field]) => random.chance(shape.required?.includes(field) ? 0.97 : 0.5))
        .map(([field, inner]) => [field, depth > 6 ? null : value(inner, field, depth + 1)])
      if (random.chance(0.1)) fields.push([random.pick(words), random.pick(words)])
      return Object.fromEntries(fields) as object
    }
    if (type === 'array') {
      const length = random.pick([0, 1, 1, 2, 40])
      const items = shape.items ?? {}
      return Array.from({ length }, () => value(items, name.replace(/s$/, ''), depth + 1))
    }
    if (type === 'integer' || type === 'number') return random.pick(numbers)
    if (type === 'boolean') return random.chance(0.5)
    if (type === 'null') return null
    return idFor(name)
  }
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(idFor(name).replaceAll(/\p{Surrogate}/gu, '')),
  )
  const json = route.operation.requestBody?.content['application/json']
  const request = { method: route.method, path }
  return json ? { ...request, body: value(json.schema, '', 0) } : request
}

/** What a client may show of itself, as nested parts that may each be right or wrong. */
export function hostileState(random: SeededRandom, client: number): unknown {
  const oneOf = <T>(...makers: (() => T)[]): T => random.pick(makers)()
  const odd = () => random.pick<unknown>([...others, ...numbers, ...words, undefined])
  const part = (right: () => unknown): unknown => (random.chance(0.25) ? odd() : right())
  const id = () =>
    part(() => ({ client: part(() => client), clock: part(() => random.below(1_000)), more: odd() }))
  const place = () =>
    part(() => ({
      ...(random.chance(0.6) && { type: id() }),
      ...(random.chance(0.6) && { item: id() }),
      ...(random.chance(0.4) && { tname: part(() => 'default') }),
      ...(random.chance(0.7) && { assoc: part(() => random.pick([-1, 0, 1, 2])) }),
    }))
  const cursor = () => part(() => ({ anchor: place(), head: place() }))
  const fields: [string, () => unknown][] = [
    ['cursor', cursor],
    ['cursor', cursor],
    ['user', () => part(() => ({ id: odd(), name: odd(), color: oneOf(odd, () => 'url(x)') }))],
    ['selection', cursor],
    ['__proto__', () => ({ polluted: true })],
    ['toJSON', odd],
    [random.pick(words), odd],
  ]
  const shown = fields.filter(() => random.chance(0.5)).map(([name, make]) => [name, make()] as const)
  return random.chance(0.1) ? (odd() ?? null) : Object.fromEntries(shown)
}
