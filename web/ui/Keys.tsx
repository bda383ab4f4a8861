import { Kbd } from '@mantine/core'

const onApple = /mac|iphone|ipad/i.test(navigator.userAgent)
const signs: Record<string, string> = onApple
  ? { mod: '⌘', shift: '⇧', alt: '⌥', enter: '↩' }
  : { mod: 'Ctrl', shift: 'Shift', alt: 'Alt', enter: '↵' }

/** The keys of an action as this machine writes them: `['mod', 'K']`. */
export function Keys({ keys }: { keys: string[] }) {
  return (
    <Kbd size="xs" component="kbd">
      {keys.map((key) => signs[key] ?? key).join(onApple ? '' : ' ')}
    </Kbd>
  )
}
