/** A mark that may stand beside another of its kind is kept by y-tiptap with a hash of its value behind its name. */
const hashed = /^(.*)--[a-zA-Z0-9+/=]{8}$/

/** The name of the mark that a formatting attribute of a shared text stands for. */
export const markNameOf = (attribute: string): string => hashed.exec(attribute)?.[1] ?? attribute
