import { InputRule } from '@tiptap/core'
import { BlockMath } from '@tiptap/extension-mathematics'
import { putBehind } from '../caret/behind-node.ts'

/** As Tiptap's, with the caret behind a formula that was typed: what is typed on is not of the line above. */
export const TypedBlockMath = BlockMath.extend({
  addInputRules() {
    return [
      new InputRule({
        find: /^\$\$\$([^$]+)\$\$\$$/,
        handler({ state: { tr }, range, match }) {
          putBehind(tr, range, tr.doc.type.schema.nodes.blockMath!.create({ latex: match[1] }))
        },
      }),
    ]
  },
})
