import { trailStart } from '../../shared/trail.ts'
import type { StoredRevision } from '../signoff/revisions.ts'
import { headIn } from '../signoff/signed-heads.ts'
import type { SignedTrail } from './signed-trail.ts'

/** The check of one package as shell lines: each ends the shell with a message when something was changed. */
export function verifyCommands(
  revision: StoredRevision,
  publicKeySha256: string,
  trail?: SignedTrail | null,
): string[] {
  const { record, summary, statements } = revision
  return [
    `echo "${summary.recordSha256}  record.json" | sha256sum -c`,
    `openssl pkey -pubin -in public-key.pem -outform DER | sha256sum | grep ${publicKeySha256}`,
    ...statements.flatMap(({ side }) => [
      `openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in signatures/${side}.json -sigfile signatures/${side}.sig`,
      `grep -c '"recordSha256":"${summary.recordSha256}"' signatures/${side}.json`,
    ]),
    ...record.files.map((file) => `grep -c ${file.sha256} record.json`),
    ...(trail ? trailCommands(revision, trail) : []),
    'openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig',
    'sha256sum --strict -c SHA256SUMS',
  ]
}

/** The chain from its start to its end, line by line, and in it the heads that were signed. */
function trailCommands({ statements }: StoredRevision, { head }: SignedTrail): string[] {
  const signed = statements.flatMap(({ side, statement }) => {
    const named = headIn(statement)
    if (!named) return []
    const words = `"trail":{"entries":${named.entries},"hash":"${named.hash}"}`
    const isThere = `sed -n ${named.entries}p trail.jsonl | tr -d '\\n' | sha256sum | grep ${named.hash}`
    return [`grep -c '${words}' signatures/${side}.json`, ...(named.entries > 0 ? [isThere] : [])]
  })
  const chain =
    `previous=${trailStart}; while IFS= read -r line; do case $line in ` +
    `*'"previous":"'$previous'"'*) sum=$(printf %s "$line" | sha256sum); previous=\${sum%% *};; ` +
    `*) previous=broken;; esac; done < trail.jsonl; echo $previous | grep ${head.hash}`
  return [chain, ...signed]
}

/** VERIFY.txt: how to check a package without a network, in English and Chinese. */
export function verifyText(
  revision: StoredRevision,
  publicKeySha256: string,
  trail?: SignedTrail | null,
): string {
  const commands = verifyCommands(revision, publicKeySha256, trail)
    .map((line) => `    ${line}`)
    .join('\n')
  const { record, summary } = revision
  return `Revision ${record.revision} · ${record.project.name.replace(/\s+/g, ' ')}
Record SHA-256: ${summary.recordSha256}
Public key SHA-256: ${publicKeySha256}

HOW TO CHECK THIS PACKAGE
Open a shell in this folder and paste the lines below. No network is needed, only
openssl 3.0 or later, sha256sum and grep (Linux, macOS with coreutils, Git Bash on Windows).

${commands}

Every line must succeed: "OK", "Signature Verified Successfully", the key's SHA-256, or a count that is not 0.
A "FAILED", a "Signature Verification Failure", a line that prints nothing or 0 means that something
was changed after it was signed.

What this proves: record.json is exactly what both sides signed; each file in signatures/ says who
signed it, for which firm and side, with which meaning and when; files/ holds the pictures that the
record names. revision-*.pdf and documents/ are printed from record.json; record.json is what counts.
To be sure that the key is the right one, compare the public key's SHA-256 above with the last page
of the PDF that the other firm holds. No qualified or certified signature is claimed.
${trail ? trailText.en : ''}
如何核验本数据包
在本文件夹中打开命令行，粘贴上面缩进的各行命令。无需网络，只需要 openssl 3.0 或更高版本、
sha256sum 和 grep（Linux、装有 coreutils 的 macOS、Windows 的 Git Bash）。

每一行都必须成功：显示 "OK"、"Signature Verified Successfully"，公钥的 SHA-256，或不为 0 的计数。
如出现 "FAILED"、"Signature Verification Failure"，某一行没有输出或输出 0，说明签署后内容被改动过。

证明的内容：record.json 就是双方签署的全部内容；signatures/ 中的文件写明签署人、单位、所属方、
签名含义和时间；files/ 中是记录所引用的图片。revision-*.pdf 和 documents/ 由 record.json 生成，
以 record.json 为准。要确认公钥无误，请将上面的公钥 SHA-256 与对方所持 PDF 最后一页上的核对。
本签名不主张为任何法律意义上的认证电子签名。
${trail ? trailText['zh-CN'] : ''}`
}

const trailText = {
  en: `
trail.jsonl says who did what in the project until the last signature, an entry a line. Each line names
the SHA-256 of the line before it ("previous"), and each signature names the SHA-256 of the last line that
was there when it was given ("trail"): no entry could be changed, removed or added since. What people wrote
stands in it only as SHA-256. The line of the commands that begins with "previous=" goes through all of it,
which takes about a second for 500 entries.
`,
  'zh-CN': `
trail.jsonl 是截至最后一次签署的项目操作记录，每行一条，写明谁在何时做了什么。每一行都带有上一行的
SHA-256（"previous"），每份签名都带有签署时最后一行的 SHA-256（"trail"），因此此后任何一条都无法
改动、删除或插入。各人所写的文字在其中只以 SHA-256 出现。以 "previous=" 开头的命令会逐行核对
整份记录，500 条约需一秒。
`,
}
