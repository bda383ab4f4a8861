import { validate as findProblems } from '@readme/openapi-parser'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errors } from '../../shared/errors.ts'
import { openWorld, type World } from '../helpers/access/world.ts'

interface Schema {
  $ref?: string
  properties?: Record<string, Schema>
  items?: Schema
}
type Content = Record<string, { schema?: Schema; example?: unknown }>
interface Operation {
  operationId: string
  summary: string
  'x-codeSamples': { source: string }[]
  tags: string[]
  parameters?: { name: string; in: string; schema: Schema; example?: unknown }[]
  requestBody?: { content: Content }
  responses: Record<string, { content?: Content; 'x-codes'?: (keyof typeof errors)[] }>
}
interface Document {
  openapi: string
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  webhooks: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

let world: World
let document: Document
let operations: { route: string; operation: Operation }[]
beforeAll(async () => {
  world = await openWorld()
  document = (await world.browser().get('/api/openapi.json')).body
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      route: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  )
})
afterAll(() => world.close())

/** What a validator finds wrong with a description. */
const validators: [string, (described: Document) => Promise<unknown[]>][] = [
  [
    'the schema of the specification',
    async (described) => {
      const found = await new Validator().validate(described as never)
      return found.valid ? [] : [found.errors]
    },
  ],
  [
    'what no schema says, such as a parameter of the path that is not in it',
    async (described) => {
      const found = await findProblems(described as never)
      return found.valid ? found.warnings : found.errors
    },
  ],
  [
    'every rule that is recommended',
    async (described) => {
      const config = await createConfig({ extends: ['recommended'] })
      const problems = await lintFromString({
        source: JSON.stringify(described),
        absoluteRef: 'openapi.json',
        config,
      })
      return problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])
    },
  ],
]

test('it is OpenAPI 3.1', () => {
  expect(document.openapi).toBe('3.1.0')
})

describe.each(validators)('by %s', (_what, problemsOf) => {
  // a validator may change what it is given
  test('it is valid', async () => {
    expect(await problemsOf(structuredClone(document))).toEqual([])
  })

  test('one with an operation that answers nothing is not', async () => {
    const broken = structuredClone(document)
    const operation: Partial<Operation> = broken.paths['/api/projects']!.get!
    operation.responses = { never: {} }
    expect(await problemsOf(broken)).not.toEqual([])
  })
})

test('every operation has a name of its own, a summary, a tag, and an example of whatever it takes and gives', () => {
  const known = new Set(document.tags.map(({ name }) => name))
  const ids = operations.map(({ operation }) => operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
  for (const { route, operation } of operations) {
    expect(operation.operationId, route).toMatch(/^[a-z][A-Za-z]+$/)
    expect(operation.summary, route).toMatch(/^[A-Z].{5,}[^.]$/)
    expect(operation.tags, route).toHaveLength(1)
    expect(known, route).toContain(operation.tags[0])
    expect(operation['x-codeSamples'][0]!.source, route).not.toContain('undefined')
    for (const { name, example } of operation.parameters ?? [])
      expect(example, `${route} ${name}`).toBeDefined()
    for (const { schema, example } of jsonOf(operation)) {
      expect(schema, route).toBeDefined()
      expect(example, route).toBeDefined()
    }
  }
  expect([...known].filter((tag) => !operations.some(({ operation }) => operation.tags[0] === tag))).toEqual(
    [],
  )
})

test('examples are what their schemas describe', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema({ ...document, $id: 'api' })
  const fits = (schema: Schema | undefined, example: unknown) => {
    const local = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')) as object
    const validate = ajv.compile(local)
    return validate(example) || validate.errors
  }
  for (const { route, operation } of operations) {
    for (const { schema, example } of [...jsonOf(operation), ...(operation.parameters ?? [])]) {
      expect(fits(schema, example), route).toBe(true)
    }
  }
})

test('what is taken or given has a name, or is a few such things', () => {
  const isNamed = (schema: Schema): boolean => {
    if (schema.$ref) return true
    const parts = Object.values(schema.properties ?? {})
    if (parts.length > 0) return parts.every((part) => !part.properties && !part.items?.properties)
    return schema.items === undefined || isNamed(schema.items)
  }
  for (const { route, operation } of operations) {
    for (const { schema } of jsonOf(operation)) expect(isNamed(schema!), route).toBe(true)
  }
  const schemas = Object.values(document.components.schemas).map((schema) => JSON.stringify(schema))
  expect(new Set(schemas).size).toBe(schemas.length)
})

test('every operation names the codes that it refuses with, each under its status', () => {
  for (const { route, operation } of operations) {
    const refused = Object.entries(operation.responses).filter(([status]) => !status.startsWith('2'))
    expect(refused.length, route).toBeGreaterThan(0)
    for (const [status, response] of refused) {
      expect(response['x-codes']!.length, route).toBeGreaterThan(0)
      for (const code of response['x-codes']!) expect(errors[code].status, route).toBe(Number(status))
      expect(response.content!['application/json']!.schema, route).toEqual({
        $ref: '#/components/schemas/Error',
      })
    }
  }
})

test('what webhooks are sent is described beside it', () => {
  const { post } = document.webhooks.message!
  const { schema, example } = post!.requestBody!.content['application/json']!
  expect(schema).toEqual({ $ref: '#/components/schemas/WebhookMessage' })
  expect(example).toMatchObject({ what: 'mention', project: 'Desk lamp' })
  expect(post!.parameters!.map(({ name }) => name)).toEqual([
    'X-Countersign-Timestamp',
    'X-Countersign-Signature',
  ])
})

/** What an operation takes and gives as JSON. */
function jsonOf(operation: Operation) {
  const given = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'))
  return [operation.requestBody?.content, ...given.map(([, { content }]) => content)].flatMap(
    (content) => content?.['application/json'] ?? [],
  )
}
