import { defineConfig } from 'vitest/config'

const root = new URL('..', import.meta.url).pathname

export default defineConfig({
  root,
  test: {
    setupFiles: ['tests/helpers/no-console-error.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'unit', include: ['tests/unit/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'server',
          include: ['tests/server/**/*.test.ts', 'tests/web/**/*.test.ts'],
          setupFiles: ['tests/helpers/cheap-passwords.ts'],
          globalSetup: ['tests/helpers/postgres-server.ts', 'tests/helpers/bundled-programs.ts'],
        },
      },
    ],
  },
})
