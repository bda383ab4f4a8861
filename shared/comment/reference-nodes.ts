import { Node } from '@tiptap/core'

/** A member who is named in a comment. The server writes the name; an unknown id is refused. */
export const Mention = Node.create({
  name: 'mention',
  group: 'inline',
  inline: true,
  atom: true,
  addAttributes: () => ({ userId: { default: '' }, label: { default: '' } }),
  parseHTML: () => [
    {
      tag: 'span[data-mention]',
      getAttrs: (element) => ({ userId: element.getAttribute('data-mention'), label: element.textContent }),
    },
  ],
  renderHTML: ({ node }) => ['span', { 'data-mention': String(node.attrs.userId) }, `@${node.attrs.label}`],
  renderText: ({ node }) => `@${node.attrs.label}`,
})

/** A link to another point of the project. The server writes the number. */
export const PointLink = Node.create({
  name: 'pointLink',
  group: 'inline',
  inline: true,
  atom: true,
  addAttributes: () => ({ threadId: { default: '' }, number: { default: 0 } }),
  parseHTML: () => [
    {
      tag: 'span[data-point]',
      getAttrs: (element) => ({
        threadId: element.getAttribute('data-point'),
        number: Number(element.textContent?.slice(1)) || 0,
      }),
    },
  ],
  renderHTML: ({ node }) => ['span', { 'data-point': String(node.attrs.threadId) }, `#${node.attrs.number}`],
  renderText: ({ node }) => `#${node.attrs.number}`,
})
