import { trailStart } from '../../../shared/trail.ts'
import type { RevisionOutline } from '../../signoff/revisions.ts'
import { provedStatement } from '../../signoff/signed-versions.ts'
import { signaturesByName } from './signature-names.ts'
import type { SignedTrail } from './signed-trail.ts'

/** Raised when the commands or the list of files change; each keeps a fixture that is checked for ever. */
export const packageVersion = 6

/**
 * The shell's part of the check: what is wrong is gathered in `bad`, a name a line, what is missing in `tools`, what
 * cannot be read in `unread`, what could not be checked for want of another file in `doubts`. A file is named only for
 * what is wrong with itself: a signature that is missing is no change of what it signs. A difference that no single file
 * explains is one of the list of files. Names are told once, and without the characters by which a file's name could
 * write over the verdict.
 */
const functions = [
  `bad=; tools=; unread=; doubts=; nl=$(printf '\\n.'); nl=\${nl%.}`,
  `no() { bad="$bad$nl\${1:-SHA256SUMS}"; }`,
  `doubt() { doubts="$doubts$nl$1"; }`,
  `isBad() { [ ! -s "$1" ] || case $bad$nl in *"$nl$1$nl"*) ;; *) false;; esac; }`,
  `names() { printf '%s\\n' "$1" | LC_ALL=C tr -d '\\000-\\011\\013-\\037\\177' | LC_ALL=C sort -u | ` +
    `while IFS= read -r name; do [ -z "$name" ] || printf ' %s' "$name"; done; }`,
  `sum() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }`,
  `is() { [ "$(sum < "$1" | cut -c 1-64)" = "$2" ] || no "$1"; }`,
  `has() { grep -q -F -e "$2" "$1" || no "$1"; }`,
  `fingerprint() { openssl pkey -pubin -in "$1" -outform DER 2>/dev/null | sum | cut -c 1-64; }`,
  `key() { [ "$(fingerprint "$1")" = "$2" ] || no "$1"; }`,
  `signed() { openssl pkeyutl -verify -pubin -inkey "$1" -rawin -in "$2" -sigfile "$3" >/dev/null 2>&1 && return; ` +
    `told=; for name in "$1" "$2" "$3"; do isBad "$name" && no "$name" && told=1; done; ` +
    `[ -n "$told" ] || no "$2"; isBad "$2" || doubt "$2"; }`,
  `failed() { (export LC_ALL=C; sum -c SHA256SUMS 2>/dev/null) | sed -n 's/: FAILED[a-z ]*$//p'; }`,
  `named() { { cut -c 67- SHA256SUMS 2>/dev/null; echo SHA256SUMS; echo SHA256SUMS.sig; } | LC_ALL=C sort; }`,
  `found() { list=$nl$(named); find . -not -type d -o -type d -empty | cut -c 3- | while IFS= read -r name; do ` +
    `[ -d "$name" ] && case $list in *"$nl$name/"*) continue;; esac; printf '%s\\n' "$name"; done | LC_ALL=C sort; }`,
  `links() { find . -type l | cut -c 3-; }`,
  `gone() { printf '%s\\n' "$bad" | while IFS= read -r name; do ` +
    `[ -z "$name" ] || [ -e "$name" ] || [ -L "$name" ] || printf '%s\\n' "$name"; done; }`,
]

/** Nothing is said of the package before it is known that this machine can tell. */
const needs = [
  `case $(openssl pkeyutl -help 2>&1) in *-rawin*) ;; *) tools="$tools openssl-3";; esac`,
  `command -v sha256sum >/dev/null || command -v shasum >/dev/null || tools="$tools sha256sum"`,
  `for tool in cut find grep sed sort tr uniq unzip wc; do command -v $tool >/dev/null || tools="$tools $tool"; done`,
]

const verdict =
  `if [ -n "$tools" ]; then said="NOT CHECKED, missing:$tools · 结论：未能核验，缺少：$tools"; ` +
  `elif [ -n "$bad" ]; then gone=$(names "$(gone)"); doubts=$(names "$doubts"); ` +
  `said="CHANGED:$(names "$bad")\${gone:+ (missing:$gone)}\${doubts:+; not checked:$doubts} · ` +
  `结论：已被改动：$(names "$bad")\${gone:+（缺失：$gone）}\${doubts:+；未能核验：$doubts}"; ` +
  `elif [ -n "$unread" ]; then ` +
  `said="NOT CHECKED, cannot be read:$(names "$unread") · 结论：未能核验，无法读取：$(names "$unread")"; ` +
  `else said="OK, nothing was changed · 结论：完好，未被改动"; ` +
  `printf 'PUBLIC KEY SHA-256 · 公钥 SHA-256: %s\\n' "$(fingerprint public-key.pem)"; fi; ` +
  `printf 'VERDICT: %s\\n' "$said"; [ -z "$tools$bad$unread" ]`

/**
 * The check of one package as shell lines: the last says one verdict on all of them, and is true when nothing is
 * wrong. Every file is held against the signed list, and the list against the files that are there.
 */
export function verifyCommands(
  revision: RevisionOutline,
  publicKeySha256: string,
  trail?: SignedTrail | null,
): string[] {
  const { record, summary, statements } = revision
  const signed = signaturesByName(statements)
  // what is held against this text and the keys, not against the list
  const known = [
    'record.json',
    'public-key.pem',
    'SHA256SUMS',
    'SHA256SUMS.sig',
    ...signed.flatMap(([name]) => ['json', 'pem', 'sig'].map((end) => `signatures/${name}.${end}`)),
    ...(trail ? ['trail.jsonl'] : []),
  ]
  const others = `$(found | grep -v -x -F${known.map((name) => ` -e ${name}`).join('')})`
  return [
    ...functions,
    ...needs,
    `is record.json ${summary.recordSha256}`,
    `key public-key.pem ${publicKeySha256}`,
    'signed public-key.pem SHA256SUMS SHA256SUMS.sig',
    // a list that is not the one that was signed tells nothing of the files
    `isBad SHA256SUMS || sum -c SHA256SUMS >/dev/null 2>&1 || no "$(failed)"`,
    `[ -z "$(links)" ] || no "$(links)"`,
    `if isBad SHA256SUMS; then doubt "${others}"; ` +
      `elif [ "$(found)" != "$(named)" ]; then no "$({ found; named; } | LC_ALL=C sort | uniq -u)"; fi`,
    ...signed.flatMap(([name, one]) => {
      const { publicKeySha256: keySha256 } = provedStatement(one)
      return [
        `key signatures/${name}.pem ${keySha256}`,
        `signed signatures/${name}.pem signatures/${name}.json signatures/${name}.sig`,
        `has signatures/${name}.json '"recordSha256":"${summary.recordSha256}"'`,
        `has signatures/${name}.json '"publicKeySha256":"${keySha256}"'`,
      ]
    }),
    ...record.files.map((file) => `has record.json ${file.sha256}`),
    ...(trail ? trailCommands(revision, trail) : []),
    ...zipCommands(summary.recordSha256, statements),
    verdict,
  ]
}

/**
 * A ZIP of this revision that lies beside the folder has the listed files too, each once, with the same bytes and none
 * besides, as some programs read it from its beginning and others from its end. One that cannot be read might be of this
 * revision, and so might one whose name unzip takes for a pattern, under which it would read another.
 */
function zipCommands(recordSha256: string, [first]: RevisionOutline['statements']): string[] {
  const statement = `signatures/${first?.side ?? 'design'}.json`
  return [
    `zips() { find .. -maxdepth 1 -type f -iname '*.zip' 2>/dev/null || echo ..; }`,
    `bytes() { { wc -c < "$1"; } 2>/dev/null || echo 0; }`,
    `size() { named | { n=${zipBytes.end}; while IFS= read -r name; do ` +
      `n=$((n + ${zipBytes.file} + 2 * $(printf %s "$name" | wc -c) + $(bytes "$name"))); done; echo $n; }; }`,
    `held() { unzip -P x -p "$1" "$(printf %s "$2" | sed 's/[][*?\\\\]/\\\\&/g')" 2>/dev/null; }`,
    `alike() { named | while IFS= read -r name; do ` +
      `[ "$(held "$1" "$name" | sum)" = "$({ sum < "$name"; } 2>/dev/null)" ] || exit 1; done; }`,
    `look() { case $1 in *[*?[\\\\]*) return 2;; esac; inside=$(unzip -Z1 "$1" 2>/dev/null) || return 2; ` +
      `case $nl$inside$nl in *"\${nl}${statement}$nl"*) ;; *) return 0;; esac; ` +
      `told=$(unzip -P x -p "$1" ${statement} 2>/dev/null) || return 2; ` +
      `case $told in *${recordSha256}*) ;; *) return 0;; esac; ` +
      `[ "$(printf '%s\\n' "$inside" | LC_ALL=C sort)" = "$(named)" ] && [ $(bytes "$1") = $(size) ] && alike "$1"; }`,
    `looked=$(zips | while IFS= read -r zip; do look "$zip" && continue; printf '%s %s\\n' $? "$zip"; done)`,
    `unread=$(printf '%s\\n' "$looked" | sed -n 's/^2 //p')`,
    `wrong=$(printf '%s\\n' "$looked" | sed -n 's/^1 //p')`,
    // held against a folder that is not whole, a ZIP tells nothing
    `if [ -n "$bad" ]; then doubt "$wrong$nl$unread"; elif [ -n "$wrong" ]; then no "$wrong"; doubt "$unread"; fi`,
  ]
}

/** What a ZIP has around its files' bytes, and twice their names: two headers each, and its end (APPNOTE 4.3). */
const zipBytes = { file: 30 + 46, end: 22 }

/** The chain from its start to its end, line by line, and in it the heads that were signed. */
function trailCommands({ statements }: RevisionOutline, { head }: SignedTrail): string[] {
  const heads = signaturesByName(statements).flatMap(([name, one]) => {
    const told = provedStatement(one).trail
    if (!told) return []
    const words = `"trail":{"entries":${told.entries},"hash":"${told.hash}"}`
    const line = `sed -n ${told.entries}p trail.jsonl | tr -d '\\n' | sum | cut -c 1-64`
    return [
      `has signatures/${name}.json '${words}'`,
      ...(told.entries > 0 ? [`[ "$(${line})" = ${told.hash} ] || no trail.jsonl`] : []),
    ]
  })
  const chain =
    `previous=${trailStart}; while IFS= read -r line; do case $line in ` +
    `*'"previous":"'$previous'"'*) previous=$(printf %s "$line" | sum | cut -c 1-64);; ` +
    `*) previous=broken;; esac; done < trail.jsonl || previous=; [ "$previous" = ${head.hash} ] || no trail.jsonl`
  return [chain, ...heads]
}

/** VERIFY.txt: how to check a package without a network, in English and Chinese. */
export function verifyText(
  revision: RevisionOutline,
  publicKeySha256: string,
  trail?: SignedTrail | null,
): string {
  const commands = verifyCommands(revision, publicKeySha256, trail)
    .map((line) => `    ${line}`)
    .join('\n')
  const { record, summary } = revision
  return `Revision ${record.revision} · ${record.project.name.replace(/\s+/g, ' ')}
Package version: ${packageVersion}
Record SHA-256: ${summary.recordSha256}

HOW TO CHECK THIS PACKAGE
Unpack it into an empty folder, open a shell there and paste all the indented lines below. No network is needed, only
openssl 3.0 or later, sha256sum or shasum, unzip, and what every such shell has (Linux, macOS, Git Bash on Windows).
The openssl that macOS brings is not enough ("LibreSSL"): install openssl first.

${commands}

The last line says one VERDICT. "OK": nothing was changed. "CHANGED" names each file that was changed, added,
doubled or is missing, which of them are missing, and behind "not checked" what cannot be told as long as they are
not as they were; a signature that does not fit is told as a change of what it signs. "NOT CHECKED" names the tools
that this machine lacks, or the ZIP that could not be read, and says nothing about the package. A ZIP of this revision
that lies beside the folder is looked into as well: it has to be as Countersign wrote it, with these files and nothing
else. If a ZIP beside it that is not of this package cannot be read, move it away and check again.

What this proves: record.json is exactly what both sides signed; each file in signatures/ says who
signed it, for which firm and side, with which meaning and when, and lies there with the key that signed it;
files/ holds the pictures that the record names. revision-*.pdf and documents/ are printed from record.json;
record.json is what counts. No qualified or certified signature is claimed.

Who signed: after "OK", compare the line PUBLIC KEY SHA-256 with the last page of a PDF that you or the other firm
holds already. Whoever made a false package with a key of their own may have changed these commands as well: if you
do not trust where it came from, take the commands from a package that you trust, or from Countersign's README.
${trail ? trailText.en : ''}
如何核验本数据包
请将数据包解压到一个空文件夹，在其中打开命令行，粘贴上面缩进的全部命令。无需网络，只需要 openssl 3.0
或更高版本、sha256sum 或 shasum、unzip，以及命令行自带的常用工具（Linux、macOS、Windows 的 Git Bash）。macOS
自带的 openssl（LibreSSL）不够用，请先安装 openssl。

最后一行给出唯一的结论（VERDICT）："OK" 表示未被改动；"CHANGED" 列出被改动、增加、重复或缺失的文件，
注明其中缺失的文件，并在“未能核验”后列出因此无法判断的文件（签名不符时，列为被签文件的改动）；
"NOT CHECKED" 列出本机缺少的工具或无法读取的 ZIP，此时对数据包不作任何判断。与文件夹并排存放的本版次 ZIP
也会一并检查：须与 Countersign 生成时完全一致，不多也不少。若旁边有与本数据包无关又无法读取的 ZIP，请移走后重新核验。

证明的内容：record.json 就是双方签署的全部内容；signatures/ 中的文件写明签署人、单位、所属方、
签名含义和时间，并附有签署所用的公钥；files/ 中是记录所引用的图片。revision-*.pdf 和 documents/ 由
record.json 生成，以 record.json 为准。本签名不主张为任何法律意义上的认证电子签名。

确认由谁签署：结论为 "OK" 后，请将 "公钥 SHA-256" 一行与您或对方手中已有 PDF 最后一页上的公钥 SHA-256 核对。
用自己的密钥伪造数据包的人，也可能改动了这里的命令：若来源不可信，请使用可信数据包中的命令，或 Countersign
README 中的命令。
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
