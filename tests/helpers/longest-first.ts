import { readFileSync } from 'node:fs'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const givesAnHour = /^\}, 3_600_000\)$/m

/**
 * What takes minutes begins first: begun last, it runs on alone when everything else has ended. Which files those are
 * they say themselves, by the hour that they give a test.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const long = new Set(sorted.filter(({ moduleId }) => givesAnHour.test(readFileSync(moduleId, 'utf8'))))
    return [...long, ...sorted.filter((file) => !long.has(file))]
  }
}
