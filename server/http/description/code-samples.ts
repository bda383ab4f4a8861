interface Asked {
  method: string
  path: string
  parameters: { name: string; in: string; required?: boolean; example?: unknown }[]
  /** An example of the JSON that is sent. */
  body: unknown
  /** The type of what is sent in place of JSON. */
  sends: string | undefined
  /** A personal token opens it. */
  byToken: boolean
  isPublic: boolean
}

/** How a shell asks for something: by a token where one opens it, else by a session's cookie. */
export function curlOf(origin: string, { method, path, parameters, ...asked }: Asked): string {
  const valueOf = (name: string) => String(parameters.find((one) => one.name === name)?.example)
  const query = parameters
    .filter((one) => one.in === 'query' && one.required)
    .map(({ name, example }) => `${name}=${encodeURIComponent(String(example))}`)
  const address = origin + path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => valueOf(name))
  const parts = [`curl '${[address, ...query].join(query.length > 0 ? '?' : '')}'`]
  if (method !== 'get') parts.push(`-X ${method.toUpperCase()}`)
  if (asked.byToken) parts.push(`-H "Authorization: Bearer $COUNTERSIGN_TOKEN"`)
  else if (!asked.isPublic) parts.push(`-H "Cookie: $COUNTERSIGN_COOKIE"`)
  if (!asked.byToken && method !== 'get') parts.push(`-H 'Origin: ${origin}'`)
  if (asked.body !== undefined) {
    const json = JSON.stringify(asked.body).replaceAll("'", String.raw`'\''`)
    parts.push(`-H 'Content-Type: application/json'`, `-d '${json}'`)
  } else if (asked.sends !== undefined) {
    parts.push(`-H 'Content-Type: ${asked.sends}'`, '--data-binary @base.png')
  }
  return parts.join(' \\\n  ')
}
