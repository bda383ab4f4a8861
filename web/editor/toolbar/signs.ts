import { recall, remember } from '../../ui/remembered.ts'

/** An engineering sign of the palette; its names stand in the locales under `editor:sign.<id>`. */
export interface Sign {
  id: string
  sign: string
  /** What finds it besides its name: codes, Chinese, pinyin initials. */
  words: string
}

export const signGroups: readonly {
  id: 'measure' | 'form' | 'place' | 'modifier'
  signs: readonly Sign[]
}[] = [
  {
    id: 'measure',
    signs: [
      { id: 'diameter', sign: '⌀', words: 'dia phi 直径 zj' },
      { id: 'plusMinus', sign: '±', words: '+- pm 正负 zf' },
      { id: 'degree', sign: '°', words: 'deg 度 du' },
      { id: 'micro', sign: 'µ', words: 'um mu 微 wei' },
      { id: 'ohm', sign: 'Ω', words: 'omega resistance 欧姆 om' },
      { id: 'square', sign: '□', words: 'sq 方形 fx' },
      { id: 'times', sign: '×', words: 'x multiply 乘 cheng' },
      { id: 'atMost', sign: '≤', words: '<= le 小于等于 xydy' },
      { id: 'atLeast', sign: '≥', words: '>= ge 大于等于 dydy' },
      { id: 'about', sign: '≈', words: '~ approx 约 yue' },
      { id: 'celsius', sign: '℃', words: 'c temperature 摄氏度 ssd wendu' },
      { id: 'squared', sign: '²', words: '2 square 平方 pf' },
      { id: 'cubed', sign: '³', words: '3 cubic 立方 lf' },
      { id: 'counterbore', sign: '⌴', words: 'spotface 沉孔 ck' },
      { id: 'countersink', sign: '⌵', words: 'csk 锥形沉孔 zxck' },
      { id: 'depth', sign: '↧', words: 'deep 深度 sd' },
    ],
  },
  {
    id: 'form',
    signs: [
      { id: 'straightness', sign: '⏤', words: 'gdt 直线度 zxd' },
      { id: 'flatness', sign: '⏥', words: 'gdt 平面度 pmd' },
      { id: 'circularity', sign: '○', words: 'gdt roundness 圆度 yd' },
      { id: 'cylindricity', sign: '⌭', words: 'gdt 圆柱度 yzd' },
      { id: 'lineProfile', sign: '⌒', words: 'gdt 线轮廓度 xlkd' },
      { id: 'surfaceProfile', sign: '⌓', words: 'gdt 面轮廓度 mlkd' },
    ],
  },
  {
    id: 'place',
    signs: [
      { id: 'angularity', sign: '∠', words: 'gdt angle 倾斜度 qxd' },
      { id: 'perpendicularity', sign: '⟂', words: 'gdt square 垂直度 czd' },
      { id: 'parallelism', sign: '∥', words: 'gdt 平行度 pxd' },
      { id: 'position', sign: '⌖', words: 'gdt true 位置度 wzd' },
      { id: 'concentricity', sign: '◎', words: 'gdt coaxiality 同轴度 同心度 tzd txd' },
      { id: 'symmetry', sign: '⌯', words: 'gdt 对称度 dcd' },
      { id: 'circularRunout', sign: '↗', words: 'gdt 圆跳动 ytd' },
      { id: 'totalRunout', sign: '⌰', words: 'gdt 全跳动 qtd' },
    ],
  },
  {
    id: 'modifier',
    signs: [
      { id: 'maximumMaterial', sign: 'Ⓜ', words: 'mmc 最大实体 zdst' },
      { id: 'leastMaterial', sign: 'Ⓛ', words: 'lmc 最小实体 zxst' },
      { id: 'freeState', sign: 'Ⓕ', words: 'free 自由状态 zyzt' },
      { id: 'projected', sign: 'Ⓟ', words: 'zone 延伸公差带 ysgcd' },
      { id: 'regardless', sign: 'Ⓢ', words: 'rfs 独立原则 dlyz' },
    ],
  },
]

const signs = signGroups.flatMap((group) => group.signs)
const recentKey = 'recentSigns'
const recentAtMost = 8

/** The signs that this person used last, newest first. */
export function recentSigns(): Sign[] {
  const used = recall(recentKey).split(' ')
  return used.map((id) => signs.find((sign) => sign.id === id)).filter((sign) => sign !== undefined)
}

export function noteSign({ id }: Sign): void {
  const ids = [
    id,
    ...recentSigns()
      .map((sign) => sign.id)
      .filter((used) => used !== id),
  ]
  remember(recentKey, ids.slice(0, recentAtMost).join(' '))
}

/** True when `query` is part of the sign's name or of one of its words, or is the sign. */
export function signMatches(sign: Sign, name: string, query: string): boolean {
  const wanted = query.trim().toLowerCase()
  return wanted === sign.sign || `${name} ${sign.words} ${sign.id}`.toLowerCase().includes(wanted)
}
