import { locales, type Locale } from '../../../shared/accounts.ts'
import { Refusal } from '../../../shared/errors.ts'
import { textsOf, type PrintFinding } from '../../../shared/signoff.ts'
import { oneOfEachSide } from '../../../shared/rules/signing-policy.ts'
import { sha256InPieces } from '../../files/pieces.ts'
import type { FileStore } from '../../files/store.ts'
import type { Converter, Requester } from '../../conversions/task.ts'
import type { TryPrint, UnwrittenRecord } from '../../signoff/put-forward.ts'
import { canonicalInPieces } from '../../trail/canonical.ts'
import { isUnconvertible, readImages } from '../package/make-package.ts'
import type { PictureBudget } from './printed-pictures.ts'
import { trialTask, type TrialJob } from './typeset.ts'

/** So long it may be looked for where a print fails, from the first failure on. */
const searchMs = 60_000

/**
 * Prints on trial in every language, and tells what is printed in another way than it was written. Where the whole
 * cannot be printed, its texts are tried one by one, so that the refusal names the first that cannot.
 */
export function createTrial(
  converter: Pick<Converter, 'run'>,
  store: FileStore,
  budget: PictureBudget,
): TryPrint {
  async function tryOne(record: UnwrittenRecord, by: Requester): Promise<PrintFinding[]> {
    const recordJson = await canonicalInPieces(record)
    const summary = unsigned(record, await sha256InPieces(recordJson))
    const job: Omit<TrialJob, 'locale' | 'images'> = {
      revision: { summary, recordJson, statements: [] },
      // Nothing is signed yet.
      publicKeySha256: '0'.repeat(64),
      budget,
    }
    const given = (locale: Locale) => async (): Promise<TrialJob> => ({
      ...job,
      locale,
      images: await readImages(store, record.files),
    })
    // what only one language's print draws otherwise is told too
    const found = new Map<string, PrintFinding>()
    for (const locale of locales) {
      for (const finding of await converter.run(trialTask, given(locale), by)) {
        found.set(JSON.stringify([finding.kind, finding.place, finding.detail]), finding)
      }
    }
    return [...found.values()]
  }

  const failsOnContent = async (record: UnwrittenRecord, by: Requester): Promise<boolean> => {
    try {
      await tryOne(record, by)
      return false
    } catch (error) {
      if (isUnconvertible(error)) return true
      throw error
    }
  }

  return async (record, by) => {
    try {
      return await tryOne(record, by)
    } catch (error) {
      if (!isUnconvertible(error)) throw error
      const [only, ...others] = textsOf(record)
      if (others.length === 0) throw new Refusal('unprintable', { place: only?.title ?? '' })
      const until = performance.now() + searchMs
      for (const text of textsOf(record)) {
        const alone = textsAlone(record, text)
        if (performance.now() > until) break
        if (await failsOnContent({ ...record, ...alone, threads: [] }, by)) {
          throw new Refusal('unprintable', { place: text.title })
        }
      }
      throw new Refusal('unprintable', { place: record.project.name })
    }
  }
}

/** The lists of a record with this text alone. */
const textsAlone = ({ documents, resources = [] }: UnwrittenRecord, text: object) => ({
  documents: documents.filter((one) => one === text),
  resources: resources.filter((one) => one === text),
})

const unsigned = (record: UnwrittenRecord, recordSha256: string) => ({
  id: '',
  projectId: record.project.id,
  letter: record.revision,
  description: record.description,
  state: 'open' as const,
  recordSha256,
  createdBy: record.putForward.by.userId,
  createdByName: record.putForward.by.name,
  createdAt: record.putForward.at,
  requiredSigners: record.requiredSigners ?? oneOfEachSide,
  signatures: [],
  findings: [],
  integrity: 'ok' as const,
  flaws: [],
})
