import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiTags } from './api-tags.ts'
import { curlOf } from './code-samples.ts'
import { exampleOf, type Schema } from './examples.ts'
import type { Env } from '../route.ts'
import { schemaNames } from './schema-names.ts'

/** The description of the interface, as it is sent. */
export interface ApiDescription {
  plain: Uint8Array<ArrayBuffer>
  gzip: Uint8Array<ArrayBuffer>
  etag: string
}

type Content = Record<string, { schema?: Schema; example?: unknown }>

interface Operation {
  parameters?: {
    name: string
    in: string
    required?: boolean
    schema: Schema
    description?: string
    example?: unknown
  }[]
  security?: Record<string, unknown>[]
  'x-codeSamples'?: { lang: string; source: string }[]
  requestBody?: { content: Content }
  responses: Record<string, { content?: Content }>
}

type Paths = Record<string, Record<string, Operation>>

interface ApiDocument {
  paths: Paths
  /** What is sent to others. */
  webhooks: Paths
  components: { schemas: Record<string, Schema> }
}

const about = `A self-hosted design-review room: documents that people write together, points that they settle, revisions that both sides sign.

Ids are opaque strings, times are ISO 8601 in UTC. An id that is unknown and one that is not yours get the same answer. What is refused is told by a code (\`Error\`); each operation names those that it may answer with.`

/** What ids in a path are of. */
const wordsOf: Record<string, string> = {
  resourceId: 'What can be opened: a document, or what another kind of resource brings.',
  threadId: 'A point.',
  ids: 'Ids of points with a comma between.',
  'X-Countersign-Timestamp':
    'When it was sent, in seconds since 1970. What is old is refused: it may be sent again by others.',
  'X-Countersign-Signature':
    '`sha256=` and the HMAC-SHA-256, in hex, of the timestamp, a dot and the body as it came, under the webhook’s secret.',
  locale: 'The language of what is written; without it that of whoever asks.',
  since: 'A moment, ISO 8601 in UTC.',
}

/** Describes every route of the application from its own declaration, once: writing it takes milliseconds. */
export function describeApi(
  app: OpenAPIHono<Env>,
  { sessionCookie, publicUrl }: { sessionCookie: string; publicUrl: string | null },
): () => ApiDescription {
  const { openAPIRegistry: registry } = app
  // one that was made before the generator was loaded cannot bear a name itself
  for (const [name, schema] of Object.entries(schemaNames)) {
    registry.register(
      name,
      z.lazy(() => schema),
    )
  }
  registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: sessionCookie,
    description: 'Given by POST /api/sessions. A request that changes something also names its Origin.',
  })
  registry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description:
      'A personal token, made on the account page; no Origin is needed. `x-tokens` says which tokens open an operation: `project` those of its project and those for all, `all` those for all only, `each` any, `none` none. One for reading opens every GET.',
  })
  let described: ApiDescription | undefined
  return () => {
    if (described) return described
    const document = app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: {
        title: 'Countersign',
        version: '1',
        description: about,
        license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
      },
      servers: [{ url: publicUrl ?? '/' }],
      tags: Object.entries(apiTags).map(([name, description]) => ({ name, description })),
    })
    const written = withReferences(document as unknown as ApiDocument)
    const plain = new TextEncoder().encode(JSON.stringify(withSamples(withExamples(written), publicUrl)))
    const etag = `"${createHash('sha256').update(plain).digest('base64url')}"`
    return (described = { plain, gzip: new Uint8Array(gzipSync(plain)), etag })
  }
}

/**
 * The same with a reference wherever a schema stands that has a name. The schemas that browser and server share know
 * nothing of this description, and the generator knows a name only of the copy that bears it.
 */
function withReferences(document: ApiDocument): ApiDocument {
  const { schemas } = document.components
  const names = new Map(Object.entries(schemas).map(([name, schema]) => [JSON.stringify(schema), name]))
  const referenceTo = (part: object): Schema | undefined => {
    const name = names.get(JSON.stringify(part))
    return name === undefined ? undefined : { $ref: `#/components/schemas/${name}` }
  }
  const within = (part: object): object =>
    Array.isArray(part)
      ? part.map(referred)
      : Object.fromEntries(Object.entries(part).map(([key, value]) => [key, referred(value)]))
  function referred(part: unknown): unknown {
    if (typeof part !== 'object' || part === null) return part
    const { type } = part as Schema
    const one =
      Array.isArray(type) && type.includes('null') ? type.find((name) => name !== 'null') : undefined
    const orNull = one === undefined ? undefined : referenceTo({ ...part, type: one })
    return referenceTo(part) ?? (orNull ? { anyOf: [orNull, { type: 'null' }] } : within(part))
  }
  return {
    ...document,
    paths: within(document.paths) as Paths,
    // a feature's are mounted as its routes are, under a path
    webhooks: Object.fromEntries(
      Object.entries(document.webhooks).map(([path, one]) => [path.slice(1), within(one)]),
    ) as Paths,
    components: {
      ...document.components,
      schemas: Object.fromEntries(
        Object.entries(schemas).map(([name, schema]) => [name, within(schema) as Schema]),
      ),
    },
  }
}

/** Adds an example of each parameter, body and reply, as their schemas are. */
function withExamples(document: ApiDocument): ApiDocument {
  const { schemas } = document.components
  const exampled = (content: Content | undefined) => {
    const json = content?.['application/json']
    if (json?.schema) json.example = exampleOf(json.schema, schemas)
  }
  const all = [document.paths, document.webhooks].flatMap((paths) => Object.values(paths))
  for (const operation of all.flatMap((methods) => Object.values(methods))) {
    for (const parameter of operation.parameters ?? []) {
      const description = wordsOf[parameter.name]
      if (description !== undefined) parameter.description = description
      parameter.example = exampleOf(parameter.schema, schemas, parameter)
    }
    exampled(operation.requestBody?.content)
    for (const [status, { content }] of Object.entries(operation.responses)) {
      if (status.startsWith('2')) exampled(content)
    }
  }
  return document
}

/** Where a server of nobody in particular is. */
const anyOrigin = 'http://127.0.0.1:3000'

/** Adds to each operation how a shell asks for it. */
function withSamples(document: ApiDocument, publicUrl: string | null): ApiDocument {
  const origin = publicUrl === null ? anyOrigin : new URL(publicUrl).origin
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const { parameters = [], requestBody, security = [] } = operation
      const content = requestBody?.content ?? {}
      const asked = {
        method,
        path,
        parameters,
        body: content['application/json']?.example,
        sends: Object.keys(content)[0],
        byToken: security.some((scheme) => 'token' in scheme),
        isPublic: security.length === 0,
      }
      operation['x-codeSamples'] = [{ lang: 'Shell', source: curlOf(origin, asked) }]
    }
  }
  return document
}
