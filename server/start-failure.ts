import { createInstance } from 'i18next'
import type { Locale } from '../shared/accounts.ts'
import en from '../shared/locales/en/start.json' with { type: 'json' }
import zh from '../shared/locales/zh-CN/start.json' with { type: 'json' }

export type StartFailureCode = Exclude<
  keyof typeof en,
  'ready' | 'seeded' | 'seedSkipped' | 'restarting' | 'waiting' | 'givenUp'
>

/** What keeps the server from starting, told to the person who started it in one sentence, without a stack. */
export class StartFailure extends Error {
  readonly code: StartFailureCode
  readonly params: Record<string, string | number>

  constructor(code: StartFailureCode, params: Record<string, string | number> = {}) {
    super(code)
    this.name = 'StartFailure'
    this.code = code
    this.params = params
  }
}

/** What may be otherwise a moment later: no reason to give up where it served before. */
const passing = new Set<StartFailureCode>([
  'database_unreachable',
  'database_failed',
  'data_dir_in_use',
  'port_in_use',
  'address_not_available',
  'disk_full',
])

export const mayPass = ({ code }: StartFailure): boolean => passing.has(code)

/** The language of the terminal by LANG: Chinese for `zh…`, English otherwise. */
export function terminalLocale(variables: NodeJS.ProcessEnv): Locale {
  const language = variables.LC_ALL || variables.LC_MESSAGES || variables.LANG || ''
  return language.startsWith('zh') ? 'zh-CN' : 'en'
}

/** What the process says to the terminal, in its language. */
export function terminalText(variables: NodeJS.ProcessEnv) {
  const i18n = createInstance({
    lng: terminalLocale(variables),
    defaultNS: 'start',
    resources: { en: { start: en }, 'zh-CN': { start: zh } },
    interpolation: { escapeValue: false },
    initAsync: false,
  })
  void i18n.init()
  return (key: keyof typeof en, params: Record<string, string | number> = {}): string => i18n.t(key, params)
}
