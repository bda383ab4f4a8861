import { Node, mergeAttributes } from '@tiptap/core'

export const calloutTones = ['note', 'tip', 'warning', 'critical'] as const
export type CalloutTone = (typeof calloutTones)[number]

/** The tone that a stored or pasted value stands for; anything unknown is a note. */
export const asTone = (value: unknown): CalloutTone => calloutTones.find((tone) => tone === value) ?? 'note'

/** A boxed passage that must be seen: blocks with a tone. */
export const Callout = Node.create({
  name: 'callout',
  group: 'block',
  content: 'block+',
  defining: true,
  addAttributes: () => ({
    tone: {
      default: 'note',
      parseHTML: (element: HTMLElement) => asTone(element.getAttribute('data-tone')),
      renderHTML: ({ tone }) => ({ 'data-tone': asTone(tone) }),
    },
  }),
  parseHTML: () => [{ tag: 'aside[data-tone]' }],
  renderHTML: ({ HTMLAttributes }) => ['aside', mergeAttributes({ class: 'callout' }, HTMLAttributes), 0],
})
