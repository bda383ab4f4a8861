import type { Editor } from '@tiptap/core'
import {
  IconBlockquote,
  IconCode,
  IconH1,
  IconH2,
  IconH3,
  IconH4,
  IconInfoSquareRounded,
  IconList,
  IconListCheck,
  IconListNumbers,
  IconMath,
  IconMathFunction,
  IconPhoto,
  IconPilcrow,
  IconSeparator,
  IconTable,
  type Icon,
} from '@tabler/icons-react'
import { putBlock } from '../caret/behind-node.ts'
import { askForImages } from './image-upload.ts'
import { askForMath } from '../formulas/math-dialog.ts'

/** A kind of block that can be put in or turned into: one list for slash menu, block menu and toolbar. */
export interface Block {
  id: string
  icon: Icon
  /** Words that find it besides its name: English, Chinese, pinyin and its initials. */
  words: string
  /** Markdown that makes it, shown as a hint. */
  hint?: string
  /** True when a passage can be turned into it. */
  turnsInto: boolean
  isActive?(editor: Editor): boolean
  run(editor: Editor): void
}

const heading = (level: 1 | 2 | 3 | 4, icon: Icon): Block => ({
  id: `heading${level}`,
  icon,
  words: `heading title h${level} 标题 biaoti bt bt${level} ${['一', '二', '三', '四'][level - 1]}级标题`,
  hint: '#'.repeat(level),
  turnsInto: true,
  isActive: (editor) => editor.isActive('heading', { level }),
  run: (editor) => editor.chain().focus().clearNodes().setHeading({ level }).run(),
})

export const blocks: readonly Block[] = [
  {
    id: 'paragraph',
    icon: IconPilcrow,
    words: 'text paragraph plain 正文 段落 zhengwen zw duanluo dl',
    turnsInto: true,
    isActive: (editor) => editor.isActive('paragraph'),
    run: (editor) => editor.chain().focus().clearNodes().run(),
  },
  heading(1, IconH1),
  heading(2, IconH2),
  heading(3, IconH3),
  heading(4, IconH4),
  {
    id: 'bulletList',
    icon: IconList,
    words: 'bullet list unordered ul 无序列表 项目符号 wuxuliebiao wxlb liebiao lb',
    hint: '-',
    turnsInto: true,
    isActive: (editor) => editor.isActive('bulletList'),
    run: (editor) => editor.chain().focus().toggleBulletList().run(),
  },
  {
    id: 'orderedList',
    icon: IconListNumbers,
    words: 'numbered ordered list ol 有序列表 编号 youxuliebiao yxlb bianhao bh',
    hint: '1.',
    turnsInto: true,
    isActive: (editor) => editor.isActive('orderedList'),
    run: (editor) => editor.chain().focus().toggleOrderedList().run(),
  },
  {
    id: 'taskList',
    icon: IconListCheck,
    words: 'task todo checklist check 任务 待办 清单 renwu rw daiban db qingdan qd',
    hint: '[ ]',
    turnsInto: true,
    isActive: (editor) => editor.isActive('taskList'),
    run: (editor) => editor.chain().focus().toggleTaskList().run(),
  },
  {
    id: 'table',
    icon: IconTable,
    words: 'table grid tolerance 表格 公差表 biaoge bg gongchabiao gcb',
    turnsInto: false,
    run: (editor) => editor.chain().focus().insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run(),
  },
  {
    id: 'image',
    icon: IconPhoto,
    words: 'image picture photo 图片 照片 tupian tp zhaopian zp',
    turnsInto: false,
    run: (editor) => askForImages(editor),
  },
  {
    id: 'callout',
    icon: IconInfoSquareRounded,
    words: 'callout note warning box 提示 警告 注意 tishi ts jinggao jg zhuyi zy',
    turnsInto: true,
    isActive: (editor) => editor.isActive('callout'),
    run: (editor) =>
      editor.isActive('callout')
        ? editor.chain().focus().lift('callout').run()
        : editor.chain().focus().wrapIn('callout', { tone: 'note' }).run(),
  },
  {
    id: 'quote',
    icon: IconBlockquote,
    words: 'quote blockquote 引用 yinyong yy',
    hint: '>',
    turnsInto: true,
    isActive: (editor) => editor.isActive('blockquote'),
    run: (editor) => editor.chain().focus().toggleBlockquote().run(),
  },
  {
    id: 'code',
    icon: IconCode,
    words: 'code block program 代码 代码块 daima dm daimakuai dmk',
    hint: '```',
    turnsInto: true,
    isActive: (editor) => editor.isActive('codeBlock'),
    run: (editor) => editor.chain().focus().toggleCodeBlock().run(),
  },
  {
    id: 'inlineMath',
    icon: IconMath,
    words: 'math formula inline latex 行内公式 公式 hangneigongshi hngs gongshi gs',
    hint: '$$x$$',
    turnsInto: false,
    run: () => askForMath({ kind: 'inlineMath', latex: '' }),
  },
  {
    id: 'blockMath',
    icon: IconMathFunction,
    words: 'math formula equation block latex 公式块 公式 gongshikuai gsk gs',
    hint: '$$$x$$$',
    turnsInto: false,
    run: () => askForMath({ kind: 'blockMath', latex: '' }),
  },
  {
    id: 'rule',
    icon: IconSeparator,
    words: 'divider rule line hr 分隔线 分割线 fengexian fgx',
    hint: '---',
    turnsInto: false,
    run: (editor) => {
      putBlock(editor, editor.state.selection.to, { type: 'horizontalRule' }, true)
      editor.commands.focus()
    },
  },
]

/** The blocks that `query` finds by name or by one of their words, best first. */
export function findBlocks(query: string, nameOf: (block: Block) => string): Block[] {
  const wanted = query.trim().toLowerCase()
  if (!wanted) return [...blocks]
  const rank = (block: Block): number => {
    const name = nameOf(block).toLowerCase()
    const words = block.words.split(' ')
    if (name.startsWith(wanted) || words.includes(wanted)) return 0
    if (words.some((word) => word.startsWith(wanted))) return 1
    return name.includes(wanted) || block.words.includes(wanted) ? 2 : 3
  }
  return blocks
    .map((block, at) => ({ block, at, rank: rank(block) }))
    .filter((found) => found.rank < 3)
    .sort((one, other) => one.rank - other.rank || one.at - other.at)
    .map((found) => found.block)
}
