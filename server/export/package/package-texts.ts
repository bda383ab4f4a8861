import { showFormatCharacters } from '../../../shared/text/format-characters.ts'
import { z } from 'zod'
import { Refusal } from '../../../shared/errors.ts'
import { textsOf, type RevisionRecord } from '../../../shared/signoff.ts'
import type { Task } from '../../conversions/task.ts'
import { documentMarkdown } from '../markdown/markdown.ts'
import { escapeMarkdown } from '../markdown/markdown-text.ts'
import { picturePath } from '../markdown/revision-markdown.ts'

/** The Markdown of each text of a record (its JSON in UTF-8), as it lies in a package. */
export const packageTextsTask: Task<Uint8Array, string[]> = {
  name: 'package texts',
  kind: 'long',
  isOutput: (value): value is string[] => z.array(z.string()).safeParse(value).success,
}

/** Writes the texts out, in a converter process. @throws Refusal `unprintable` where the content does not let it */
export function packageTexts(recordJson: Uint8Array): string[] {
  const record = JSON.parse(Buffer.from(recordJson).toString()) as RevisionRecord
  const path = picturePath(record.files, '../')
  return textsOf(record).map(({ title, content }) => {
    try {
      return showFormatCharacters(`# ${escapeMarkdown(title)}\n\n${documentMarkdown(content, path, 1)}\n`)
    } catch (failure) {
      throw new Refusal('unprintable', { place: title, detail: String(failure) })
    }
  })
}
