import type { SchemaName } from './schema-names.ts'

/** As much of JSON Schema as the generated description uses. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  format?: string
  example?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  allOf?: Schema[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  minimum?: number
}

const id = 'q3Zb0kN5xW1rT8uYvE2mLA'
const sha256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'
const at = '2026-11-29T08:15:00.000Z'

/** What stands in an example for a value of this name. */
const samples: Record<string, unknown> = {
  email: 'lin@studio.example',
  name: 'Lin Wei',
  firm: 'Studio Lin',
  password: 'a long and private sentence',
  current: 'a long and private sentence',
  next: 'another long and private sentence',
  token: 'r4f0o2nR6m0JwqX3dT9cYb7uK1vP5sLhEzQgA8iNtWk',
  code: '4417',
  label: 'Toolmaker of the lamp’s base',
  projectName: 'Desk lamp',
  resourceTitle: 'Specification',
  title: 'Specification',
  host: 'hooks.factory.example',
  url: 'https://hooks.factory.example/countersign',
  secret: 'a key that only the receiver knows',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64)',
  zone: 'Asia/Shanghai',
  q: 'wall thickness',
  body: 'The wall is thinner than 1.2 mm here.',
  excerpt: 'The wall is thinner than 1.2 mm here.',
  quote: 'a wall of 1.0 mm',
  before: 'with ',
  after: ' all round',
  match: 'wall',
  description: 'For the first shots from the tool',
  summary: 'Good, but for the wall.',
  openapi: '3.1.0',
  letter: 'A',
  sha256,
  hash: sha256,
  recordSha256: sha256,
  'x-file-name': 'base.png',
  'X-Countersign-Timestamp': '1795940100',
  'X-Countersign-Signature': `sha256=${sha256}`,
  actor: 'Lin Wei',
  project: 'Desk lamp',
  document: 'Specification',
  link: `https://countersign.example/projects/${id}/points`,
  mediaType: 'image/png',
  place: 'Specification',
  detail: '☃',
  kind: 'document',
  since: at,
  dueOn: '2026-12-18',
  ids: id,
}

/** The same where what it belongs to is of this schema. */
const samplesOf: Record<string, unknown> = {
  'CreateProject.name': 'Desk lamp',
  'Project.name': 'Desk lamp',
  'ProjectSummary.name': 'Desk lamp',
  'StoredFile.name': 'base.png',
  'CreateVersion.name': 'Before the tool is made',
  'VersionSummary.name': 'Before the tool is made',
  'Version.name': 'Before the tool is made',
} satisfies Partial<Record<`${SchemaName}.${string}`, string>>

/** Bodies that a value for each field would not make: what belongs together, and a change of one thing. */
const bodies: Record<string, unknown> = {
  ChangeAccount: { locale: 'zh-CN' },
  ChangeProject: { phase: 'archived' },
  ChangeMember: { role: 'reviewer' },
  ConfirmEmail: { token: samples.token },
  CreateWebhook: { kind: 'json', url: samples.url, secret: samples.secret },
  MarkRead: {},
  CreateComment: { id, body: 'Agreed: 1.5 mm.' },
  EditComment: { body: 'Agreed: 1.5 mm all round.' },
  CreateThread: {
    id,
    commentId: 'Vb81sQe0Jr6zHk3wDn5pXg',
    anchor: { type: 'project' },
    kind: 'problem',
    severity: 'must',
    category: 'wall',
    body: 'The wall is thinner than 1.2 mm at the base.',
  },
  ChangeThread: { state: 'settled', reason: 'Thickened to 1.5 mm.' },
  ChangeThreads: { threadIds: [id], change: { severity: 'should' } },
  CreateReview: { id, decision: 'changes', summary: 'Good, but for the wall.' },
  TrailEntry: {
    projectId: id,
    seq: 1,
    at,
    actor: { userId: id, name: 'Lin Wei', side: 'design' },
    action: 'project.created',
    subject: { project: { name: 'Desk lamp' } },
    details: {},
    previous: '0'.repeat(64),
    hash: sha256,
  },
} satisfies Partial<Record<SchemaName, unknown>>

const nameOf = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1)

/** An example that fits a schema; `name` is that of the field whose value it is, `owner` of the schema that has it. */
export function exampleOf(
  schema: Schema,
  schemas: Record<string, Schema>,
  { name = '', owner = '' }: { name?: string; owner?: string } = {},
): unknown {
  const of = (part: Schema, called = name) => exampleOf(part, schemas, { name: called, owner })
  if (schema.example !== undefined) return schema.example
  if (schema.$ref !== undefined) {
    const ref = nameOf(schema.$ref)
    return bodies[ref] ?? exampleOf(schemas[ref]!, schemas, { name, owner: ref })
  }
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => of(part)))
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return choices.some(({ type }) => type === 'null') ? null : of(choices[0]!)
  const types = [schema.type].flat()
  if (types.includes('object')) {
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([key, value]) => [key, of(value, key)]),
    )
  }
  const isNullable = types.includes('null')
  if (types.includes('array')) return isNullable ? null : [of(schema.items ?? {}, name.replace(/s$/, ''))]
  const sample = samplesOf[`${owner}.${name}`] ?? samples[name]
  if (types.includes('string')) return sample ?? (isNullable ? null : stringOf(schema, name))
  if (isNullable) return null
  if (types.includes('integer') || types.includes('number')) return Math.max(1, schema.minimum ?? 1)
  return types.includes('boolean') ? false : null
}

function stringOf({ format }: Schema, name: string): string {
  if (format === 'binary') return ''
  if (format === 'date') return '2026-12-18'
  return format === 'date-time' || /(At|^at|until)$/i.test(name) ? at : id
}
