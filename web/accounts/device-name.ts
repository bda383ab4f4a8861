import type { TFunction } from 'i18next'

const browsers: [name: string, sign: RegExp][] = [
  ['WeChat', /MicroMessenger\//],
  ['Edge', /Edg\//],
  ['Firefox', /Firefox\//],
  ['Chrome', /Chrome\//],
  ['Safari', /Safari\//],
]
const systems: [name: string, sign: RegExp][] = [
  ['Android', /Android/],
  ['iOS', /iPhone|iPad/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X/],
  ['Linux', /Linux/],
]

const first = (list: [string, RegExp][], text: string) => list.find(([, sign]) => sign.test(text))?.[0]

/** A device as its owner would name it, read from what its browser says of itself. */
export function deviceName(userAgent: string, t: TFunction): string {
  const browser = first(browsers, userAgent)
  const system = first(systems, userAgent)
  if (browser && system) return t('accounts:deviceOn', { browser, system })
  return browser ?? system ?? t('accounts:unknownDevice')
}
