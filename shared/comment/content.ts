import type { Mark, Node } from '@tiptap/pm/model'
import { isSafeLink } from '../document/safe-link.ts'
import { commentSchema } from './schema.ts'

/** A comment as it is stored and sent: JSON of the comment schema. */
export type CommentContent = { type: 'doc'; [key: string]: unknown }

/** What a comment names that must exist: members, points and pictures. */
export interface CommentNames {
  userIds: string[]
  threadIds: string[]
  sha256s: string[]
}

/**
 * Reads content against the comment schema; null for anything else: a node or mark that it does not know, a node out
 * of its place, a link that is not safe.
 */
export function readContent(content: unknown): Node | null {
  if (isDeeper(content, deepest)) return null
  try {
    const doc = commentSchema.nodeFromJSON(content)
    doc.check()
    let isSafe = doc.type === commentSchema.topNodeType
    doc.descendants((node) => {
      if (node.marks.some((mark) => !isSafeMark(mark))) isSafe = false
    })
    return isSafe ? doc : null
  } catch {
    return null
  }
}

/** Levels of JSON: a list in a list in a list has 8. */
const deepest = 24

function isDeeper(node: unknown, levels: number): boolean {
  if (levels < 0) return true
  const inner = (node as { content?: unknown } | null)?.content
  return Array.isArray(inner) && inner.some((child) => isDeeper(child, levels - 1))
}

const isSafeMark = (mark: Mark): boolean => mark.type.name !== 'link' || isSafeLink(mark.attrs.href)

/** Who and what a comment names, each once. */
export function namesIn(doc: Node): CommentNames {
  const found = { mention: new Set<string>(), pointLink: new Set<string>(), imageFile: new Set<string>() }
  doc.descendants((node) => {
    if (node.type.name === 'mention') found.mention.add(String(node.attrs.userId))
    if (node.type.name === 'pointLink') found.pointLink.add(String(node.attrs.threadId))
    if (node.type.name === 'imageFile') found.imageFile.add(String(node.attrs.sha256))
  })
  return { userIds: [...found.mention], threadIds: [...found.pointLink], sha256s: [...found.imageFile] }
}

/** The ids of the members whom stored content mentions. */
export function mentionedIn(content: CommentContent | null): string[] {
  const doc = content && readContent(content)
  return doc ? namesIn(doc).userIds : []
}

/** A comment in plain text, one line for each block: for lists, search, mail and print. */
export function plainTextOf(doc: Node): string {
  const lines: string[] = []
  const walk = (node: Node, lead: string) => {
    if (node.isTextblock) lines.push(lead + inlineText(node))
    else if (node.type.name === 'imageFile') lines.push(`${lead}[${node.attrs.alt}]`)
    else node.forEach((child, _at, index) => walk(child, leadOf(node, child, index) ?? lead))
  }
  walk(doc, '')
  return lines.join('\n').trim()
}

const leadOf = (list: Node, item: Node, index: number): string | null =>
  item.type.name !== 'listItem'
    ? null
    : list.type.name === 'orderedList'
      ? `${Number(list.attrs.start ?? 1) + index}. `
      : '• '

function inlineText(block: Node): string {
  let text = ''
  block.forEach((node) => {
    const { name } = node.type
    if (node.isText) text += node.text
    else if (name === 'mention') text += `@${node.attrs.label}`
    else if (name === 'pointLink') text += `#${node.attrs.number}`
    else if (name === 'hardBreak') text += '\n'
  })
  return text
}

/** Plain text as content: what an older comment is when it is edited. */
export const contentOfText = (text: string): CommentContent => ({
  type: 'doc',
  content: text.split('\n').map((line) => ({
    type: 'paragraph',
    ...(line && { content: [{ type: 'text', text: line }] }),
  })),
})
