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
