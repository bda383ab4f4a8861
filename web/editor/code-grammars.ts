/** The grammars of many languages, in a file of its own. */
export { common } from 'lowlight'
