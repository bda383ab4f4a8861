/** The name of the XmlFragment that holds a document's text: Tiptap's own. */
export const textField = 'default'
