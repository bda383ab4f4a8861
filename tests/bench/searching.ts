import type { Finds } from '../../shared/search.ts'
import type { Person } from '../helpers/people.ts'
import { percentile } from './percentile.ts'

export interface SearchResult {
  found: number
  /** Milliseconds from the request to the whole answer. */
  p50: number
  p95: number
}

const times = 40

/** Looks for the same words again and again, as somebody does who types them. */
export async function runSearching(person: Person, projectId: string, words: string): Promise<SearchResult> {
  const path = `/api/projects/${projectId}/search?q=${encodeURIComponent(words)}`
  const took: number[] = []
  let found = 0
  for (let at = 0; at < times; at++) {
    const started = performance.now()
    const { points, resources } = await person.get<Finds>(path)
    // the first one reads the texts of documents that were changed since
    if (at > 0) took.push(performance.now() - started)
    found = points.length + resources.length
  }
  return { found, p50: percentile(took, 50), p95: percentile(took, 95) }
}
