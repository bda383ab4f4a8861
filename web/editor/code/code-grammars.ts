import { common } from 'lowlight'

/** The grammars of many languages, in a file of their own. */
export const codeGrammars = common
