import type { Locale } from '../../shared/accounts.ts'
import type { Role, Side } from '../../shared/permissions.ts'

export type Person = 'designer' | 'engineer' | 'founder' | 'inspector'

interface CastMember {
  side: Side
  role: Role
  mailbox: string
  name: Record<Locale, string>
}

/** The people of the sample: two of the design firm, two of the foundry. */
export const cast: Record<Person, CastMember> = {
  designer: {
    side: 'design',
    role: 'editor',
    mailbox: 'lin.xiaolan',
    name: { en: 'Lin Xiaolan', 'zh-CN': '林晓岚' },
  },
  engineer: {
    side: 'design',
    role: 'editor',
    mailbox: 'zhou.yihang',
    name: { en: 'Zhou Yihang', 'zh-CN': '周亦航' },
  },
  founder: {
    side: 'manufacture',
    role: 'editor',
    mailbox: 'luo.defu',
    name: { en: 'Luo Defu', 'zh-CN': '罗德富' },
  },
  inspector: {
    side: 'manufacture',
    role: 'reviewer',
    mailbox: 'chen.min',
    name: { en: 'Chen Min', 'zh-CN': '陈敏' },
  },
}

export const firms: Record<Side, { domain: string; name: Record<Locale, string> }> = {
  design: {
    domain: 'jialingqiao.example',
    name: { en: 'Jialingqiao Design, Chongqing', 'zh-CN': '嘉陵桥设计（重庆）' },
  },
  manufacture: {
    domain: 'baoding-metal.example',
    name: { en: 'Baoding Light Metal, Dazu', 'zh-CN': '宝鼎轻金属（大足）' },
  },
}
