import { Node, mergeAttributes } from '@tiptap/core'

export const calloutTones = ['note', 'tip', 'warning', 'critical'] as const
export type CalloutTone = (typeof calloutTones)[number]

/** A boxed passage that must be seen: blocks with a tone. */
export const Callout = Node.create({
  name: 'callout',
  group: 'block',
  content: 'block+',
  defining: true,
  addAttributes: () => ({
    tone: {
      default: 'note',
      parseHTML: (element: HTMLElement) => element.getAttribute('data-tone') ?? 'note',
      renderHTML: ({ tone }) => ({ 'data-tone': tone }),
    },
  }),
  parseHTML: () => [{ tag: 'aside[data-tone]' }],
  renderHTML: ({ HTMLAttributes }) => ['aside', mergeAttributes({ class: 'callout' }, HTMLAttributes), 0],
})
