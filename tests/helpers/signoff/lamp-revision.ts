import { createHash } from 'node:crypto'
import type { JSONContent } from '@tiptap/core'
import type { RevisionRecord, SignatureStatement } from '../../../shared/signoff.ts'
import { oneOfEachSide } from '../../../shared/rules/signing-policy.ts'
import { canonicalJson, sha256Hex } from '../../../server/trail/canonical.ts'
import type { RevisionInFull } from '../../../server/signoff/in-full.ts'
import { readRecord } from '../../../server/signoff/signed-versions.ts'
import type { StoredRevision } from '../../../server/signoff/revisions.ts'

/** A picture of 8 × 4 pixels (PNG), the lamp's file in these tests. */
export const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAECAIAAAA8r+mnAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAEklEQVQImWPYlMWAFWEXJUsCAAYNI4EPPblFAAAAAElFTkSuQmCC',
  'base64',
)
export const pictureSha256 = createHash('sha256').update(picture).digest('hex')

const text = (words: string, ...marks: { type: string; attrs?: object }[]): JSONContent => ({
  type: 'text',
  text: words,
  marks,
})
const paragraph = (...content: JSONContent[]): JSONContent => ({ type: 'paragraph', content })
const cell = (words: string, attrs: object = {}, type = 'tableCell'): JSONContent => ({
  type,
  attrs: { colspan: 1, rowspan: 1, colwidth: null, ...attrs },
  content: [paragraph(text(words))],
})

/** A spec that holds every node and mark of the schema, in both languages, and what an attacker would type. */
export const everything: JSONContent & { type: 'doc' } = {
  type: 'doc',
  content: [
    { type: 'heading', attrs: { level: 1 }, content: [text('公差要求 Tolerances')] },
    paragraph(
      text('除另有说明外，未注公差按 '),
      text('GB/T 1804-m', { type: 'bold' }),
      text('。斜体强调', { type: 'italic' }),
      text(' and slanted', { type: 'italic' }),
      text('，'),
      text('下划线', { type: 'underline' }),
      text(' '),
      text('deleted', { type: 'strike' }),
      text(' '),
      text('重点', { type: 'highlight' }),
      text(' R'),
      text('a', { type: 'subscript' }),
      text(' mm'),
      text('2', { type: 'superscript' }),
      text(' '),
      text('M6×1', { type: 'code' }),
      text(' '),
      text('国家标准', { type: 'link', attrs: { href: 'https://openstd.samr.gov.cn' } }),
      text(' '),
      text('trap', { type: 'link', attrs: { href: 'java\tscript:alert(1)' } }),
    ),
    paragraph(text('GD&T: ⏤ ⏥ ○ ⌭ ⌒ ⌓ ∠ ⟂ ∥ ⌖ ◎ ⌯ ↗ ⌰ Ⓜ Ⓛ Ⓕ Ⓟ Ⓢ ⌀ ± □ ° µ Ω')),
    paragraph(text('#panic("code") $x$ *star* _line_ [a](b) <script>alert(1)</script> | \\ `tick`')),
    {
      type: 'bulletList',
      content: [
        {
          type: 'listItem',
          content: [
            paragraph(text('灯臂壁厚 2.5 mm')),
            {
              type: 'orderedList',
              attrs: { start: 3 },
              content: [{ type: 'listItem', content: [paragraph(text('third'))] }],
            },
          ],
        },
      ],
    },
    {
      type: 'taskList',
      content: [
        { type: 'taskItem', attrs: { checked: true }, content: [paragraph(text('拔模斜度 1.5°'))] },
        { type: 'taskItem', attrs: { checked: false }, content: [paragraph(text('T1 sample'))] },
      ],
    },
    {
      type: 'table',
      content: [
        {
          type: 'tableRow',
          content: ['尺寸 Size', '公差 Tolerance', '检验 Check'].map((words) =>
            cell(words, {}, 'tableHeader'),
          ),
        },
        {
          type: 'tableRow',
          content: [cell('⌀32', { rowspan: 2 }), cell('+0.025 / 0'), cell('塞规 plug gauge')],
        },
        { type: 'tableRow', content: [cell('按 H7，全检', { colspan: 2 })] },
      ],
    },
    {
      type: 'table',
      content: [
        { type: 'tableRow', content: [cell('a|b', {}, 'tableHeader'), cell('c', {}, 'tableHeader')] },
        { type: 'tableRow', content: [cell('1'), cell('2')] },
      ],
    },
    { type: 'blockquote', content: [paragraph(text('材料 ADC12，按 GB/T 15115。'))] },
    {
      type: 'callout',
      attrs: { tone: 'critical' },
      content: [paragraph(text('分型线不得落在可见面上。 The parting line stays off the visible face.'))],
    },
    { type: 'codeBlock', attrs: { language: 'gcode' }, content: [text('G01 X10 ; ```\nM30')] },
    {
      type: 'paragraph',
      content: [
        text('间隙 '),
        { type: 'inlineMath', attrs: { latex: '\\frac{1}{2}\\pm 0.05' } },
        text(' 与 '),
        { type: 'inlineMath', attrs: { latex: '\\unknown{x' } },
        text(' '),
        { type: 'inlineMath', attrs: { latex: '\\text{a" #panic("math") "}' } },
      ],
    },
    { type: 'blockMath', attrs: { latex: 'F = \\int_0^L p(x)\\,b\\,dx \\le 120\\,\\mathrm{N}' } },
    { type: 'imageFile', attrs: { sha256: pictureSha256, alt: '灯头剖面 Section of the head', width: 240 } },
    { type: 'imageFile', attrs: { sha256: 'f'.repeat(64), alt: 'lost', width: null } },
    { type: 'horizontalRule' },
    paragraph(text('before'), { type: 'hardBreak' }, text('after')),
  ],
}

/** What of it can be written today: the address that a browser would run is taken by no schema any more. */
export const writable: typeof everything = JSON.parse(
  JSON.stringify(everything, (key, value: unknown) =>
    key === 'marks' && JSON.stringify(value).includes('script:alert') ? [] : value,
  ),
)

const lin = { userId: 'u-lin', name: '林晓 Lin Xiao', firm: '山城工业设计', side: 'design' as const }
const zhou = {
  userId: 'u-zhou',
  name: '周铸 Zhou Zhu',
  firm: 'Dazu Die Casting 大足压铸',
  side: 'manufacture' as const,
}

export const lampRecord: RevisionRecord = {
  format: 'countersign-revision',
  version: 1,
  project: { id: 'p-lamp', name: '大足台灯 Dazu Lamp' },
  revision: 'B',
  description: '灯头加厚 Thicker head',
  putForward: { by: lin, at: '2026-11-20T08:00:00.000Z' },
  documentSchema: 1,
  documents: [
    {
      id: 'd-brief',
      kind: 'brief',
      title: '任务书 Brief',
      content: { type: 'doc', content: [paragraph(text('一盏会被修理、而不是被扔掉的灯。'))] },
    },
    { id: 'd-spec', kind: 'spec', title: '规格书 Spec', content: everything },
  ],
  files: [{ sha256: pictureSha256, name: 'section.png', mediaType: 'image/png', bytes: picture.length }],
  threads: [
    {
      id: 't-1',
      projectId: 'p-lamp',
      number: 1,
      anchor: { type: 'text', documentId: 'd-spec', start: 'AA', end: 'AA', quote: '壁厚 2.5 mm' },
      kind: 'problem',
      severity: 'must',
      category: 'wall',
      tooling: null,
      stage: null,
      assignee: null,
      dueOn: null,
      draft: false,
      replacement: null,
      accepted: false,
      state: 'settled',
      changes: 1,
      author: { userId: zhou.userId, name: zhou.name, side: zhou.side },
      createdAt: '2026-11-18T02:00:00.000Z',
      closedBy: { userId: lin.userId, name: lin.name, side: lin.side },
      closedAt: '2026-11-19T02:00:00.000Z',
      closedReason: '改为 2.8 mm',
      comments: [
        {
          id: 'c-1',
          author: { userId: zhou.userId, name: zhou.name, side: zhou.side },
          body: '太薄，会缩痕。\nToo thin: sink marks.',
          content: null,
          draft: false,
          createdAt: '2026-11-18T02:00:00.000Z',
          writtenAt: null,
          editedAt: null,
          withdrawnAt: null,
        },
      ],
    },
  ],
  members: [
    { ...lin, role: 'owner' },
    { ...zhou, role: 'reviewer' },
  ],
  previous: { revision: 'A', recordSha256: 'ab'.repeat(32) },
}

/** The lamp's revision as the database would give it, signed by both sides with `sign`. */
export function lampRevision(
  key: { publicKeySha256: string; sign(bytes: Uint8Array): Uint8Array },
  record = lampRecord,
): StoredRevision & RevisionInFull {
  const recordText = canonicalJson(record)
  const recordSha256 = sha256Hex(recordText)
  const statements = [
    { signer: lin, meaning: 'approval' as const, time: '2026-11-20T09:00:05.000Z' },
    { signer: zhou, meaning: 'review' as const, time: '2026-11-21T22:30:00.000Z' },
  ].map(({ signer, meaning, time }) => {
    const statement = canonicalJson({
      format: 'countersign-signature',
      version: 1,
      recordSha256,
      revision: record.revision,
      project: record.project,
      signer,
      meaning,
      time,
      zone: 'Asia/Shanghai',
      publicKeySha256: key.publicKeySha256,
    } satisfies SignatureStatement)
    return { side: signer.side, statement, signature: key.sign(Buffer.from(statement)) }
  })
  return {
    summary: {
      id: 'r-b',
      projectId: record.project.id,
      letter: record.revision,
      description: record.description,
      state: 'signed',
      recordSha256,
      createdBy: lin.userId,
      createdByName: lin.name,
      createdAt: record.putForward.at,
      requiredSigners: oneOfEachSide,
      signatures: [],
      integrity: 'ok',
      flaws: [],
      findings: [],
    },
    recordJson: Buffer.from(recordText),
    record: readRecord(Buffer.from(recordText)),
    statements,
  }
}
