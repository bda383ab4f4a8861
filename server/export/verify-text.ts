import type { StoredRevision } from '../signoff/revisions.ts'

/** The check of one package as shell lines: each ends the shell with a message when something was changed. */
export function verifyCommands(revision: StoredRevision, publicKeySha256: string): string[] {
  const { record, summary, statements } = revision
  return [
    `echo "${summary.recordSha256}  record.json" | sha256sum -c`,
    `openssl pkey -pubin -in public-key.pem -outform DER | sha256sum | grep ${publicKeySha256}`,
    ...statements.flatMap(({ side }) => [
      `openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in signatures/${side}.json -sigfile signatures/${side}.sig`,
      `grep -c '"recordSha256":"${summary.recordSha256}"' signatures/${side}.json`,
    ]),
    ...record.files.map((file) => `grep -c ${file.sha256} record.json`),
    'openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig',
    'sha256sum --strict -c SHA256SUMS',
  ]
}

/** VERIFY.txt: how to check a package without a network, in English and Chinese. */
export function verifyText(revision: StoredRevision, publicKeySha256: string): string {
  const commands = verifyCommands(revision, publicKeySha256)
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

如何核验本数据包
在本文件夹中打开命令行，粘贴上面缩进的各行命令。无需网络，只需要 openssl 3.0 或更高版本、
sha256sum 和 grep（Linux、装有 coreutils 的 macOS、Windows 的 Git Bash）。

每一行都必须成功：显示 "OK"、"Signature Verified Successfully"，公钥的 SHA-256，或不为 0 的计数。
如出现 "FAILED"、"Signature Verification Failure"，某一行没有输出或输出 0，说明签署后内容被改动过。

证明的内容：record.json 就是双方签署的全部内容；signatures/ 中的文件写明签署人、单位、所属方、
签名含义和时间；files/ 中是记录所引用的图片。revision-*.pdf 和 documents/ 由 record.json 生成，
以 record.json 为准。要确认公钥无误，请将上面的公钥 SHA-256 与对方所持 PDF 最后一页上的核对。
本签名不主张为任何法律意义上的认证电子签名。
`
}
