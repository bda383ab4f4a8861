import { canonicalJson } from '../trail/canonical.ts'
import type { FrozenResource } from './kinds.ts'
import { hiddenIn } from './hidden-characters.ts'
import { shownFiles } from './shown-files.ts'

/** What a revision freezes of a resource that always converts without loss: `content` is JSON of the document schema. */
export function frozenContent(
  content: { type: 'doc'; content: object[] },
  more: Partial<Pick<FrozenResource, 'facts' | 'changedQuotes'>> = {},
): FrozenResource {
  return {
    ...signedContent(content),
    facts: {},
    lossy: [],
    changedQuotes: [],
    unwritten: [],
    unchecked: [],
    ...more,
  }
}

/** What is signed of a text, as JSON of the document schema, and what it takes and names. */
export function signedContent(content: object) {
  const json = canonicalJson(content)
  return {
    content: Buffer.from(json),
    size: json.length,
    hidden: hiddenIn(content),
    pictures: [...shownFiles(content)],
  }
}
