import { describe, expect, test } from 'vitest'
import { limitVariable, readConfig } from '../../server/config.ts'
import { defaultLimits } from '../../shared/limits.ts'

function problemsOf(variables: NodeJS.ProcessEnv): string {
  try {
    readConfig(variables)
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('the configuration was accepted')
}

describe('the configuration', () => {
  test('needs nothing; an empty variable is an absent one', () => {
    const plain = readConfig({})
    expect(plain).toMatchObject({ port: 3000, host: '127.0.0.1', publicUrl: null, databaseUrl: null })
    expect(plain.limits).toEqual(defaultLimits)
    expect(readConfig({ PORT: '', DATABASE_URL: '', LIMIT_FILE_BYTES: '' })).toEqual(plain)
  })

  test('every limit has a variable of its own', () => {
    for (const name of Object.keys(defaultLimits)) {
      const { limits } = readConfig({ [limitVariable(name)]: '7' })
      expect(limits).toEqual({ ...defaultLimits, [name]: 7 })
    }
  })

  test('12.27: a public address has no path, as the pages stand at its root', () => {
    expect(readConfig({ PUBLIC_URL: 'https://review.example.com/' }).publicUrl).toBe(
      'https://review.example.com/',
    )
    for (const PUBLIC_URL of ['/review', '?a', '#a'].map((end) => `https://example.com${end}`))
      expect(problemsOf({ PUBLIC_URL })).toMatch(/^PUBLIC_URL: .*without a path/)
    expect(problemsOf({ PUBLIC_URL: 'https://li:secret@example.com' })).toMatch(/^PUBLIC_URL: (?!.*secret)/)
  })

  test('12.30: proxies are named by address or network', () => {
    const { trustedProxies } = readConfig({ TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8,fd00::/8' })
    expect(trustedProxies).toEqual(['127.0.0.1', '10.0.0.0/8', 'fd00::/8'])
    expect(problemsOf({ TRUSTED_PROXIES: '127.0.0.1, nginx' })).toMatch(/^TRUSTED_PROXIES: .*networks/)
  })

  test('reports every problem together, each with its variable and never with its value', () => {
    const said = problemsOf({
      PORT: '70000',
      PUBLIC_URL: 'review.example.com',
      DATABASE_URL: 'mysql://li:secret@db/review',
      METRICS_TOKEN: 'short',
      LIMIT_FILE_BYTES: '25 MB',
      LIMIT_FILE_BITES: '1',
    })
    const variables = said.split('\n').map((line) => line.split(':')[0])
    expect(variables.toSorted()).toEqual(
      [
        'DATABASE_URL',
        'LIMIT_FILE_BITES',
        'LIMIT_FILE_BYTES',
        'METRICS_TOKEN',
        'PORT',
        'PUBLIC_URL',
      ].toSorted(),
    )
    expect(said).not.toMatch(/secret|70000|25 MB|short/)
  })
})
