import {
  Button,
  Checkbox,
  Menu,
  Modal,
  Radio,
  Tooltip,
  createTheme,
  defaultVariantColorsResolver,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core'
import { i18n } from '../../i18n.ts'

/** The roles of `LOOK.md`, as CSS variables (`--paper`, `--ink` …), each with its light and its dark value. */
const roles = {
  paper: ['#FAF9F6', '#151618'],
  surface: ['#FFFFFF', '#1C1E21'],
  sunken: ['#F5F3EE', '#222428'],
  ink: ['#1C1E21', '#ECEAE4'],
  'ink-hover': ['#33363B', '#FFFFFF'],
  'on-ink': ['#FFFFFF', '#1C1E21'],
  muted: ['#666B73', '#A0A5AD'],
  hairline: ['#E4E2DC', '#33363B'],
  // an edge that must be seen to be used: fields and outlined buttons (3 : 1)
  edge: ['#8C8F94', '#73777E'],
  design: ['#3F51B5', '#A9B4F6'],
  'design-wash': ['#ECEEF8', '#262A45'],
  // LOOK.md's amber for areas and marks; text in it needs the darker one (4.5 : 1)
  'manufacture-mark': ['#B26A00', '#E0A04A'],
  manufacture: ['#935600', '#F0B866'],
  'manufacture-wash': ['#FAF0E0', '#3A2C17'],
  seal: ['#C0311E', '#FF8E79'],
  'seal-fill': ['#C0311E', '#C0311E'],
  'seal-fill-hover': ['#A52817', '#D23A26'],
  'seal-wash': ['#FBECE9', '#3D211C'],
  good: ['#2B6E44', '#86CFA0'],
} satisfies Record<string, [light: string, dark: string]>

const named = (scheme: 0 | 1) =>
  Object.fromEntries(Object.entries(roles).map(([role, values]) => [`--${role}`, values[scheme]]))

/** Mantine's own variables, said in our roles, so that every part follows them in both themes. */
const mantineNames = {
  '--mantine-color-body': 'var(--surface)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--muted)',
  '--mantine-color-placeholder': 'var(--muted)',
  '--mantine-color-anchor': 'var(--ink)',
  '--mantine-color-error': 'var(--seal)',
  '--mantine-color-default': 'var(--surface)',
  '--mantine-color-default-hover': 'var(--sunken)',
  '--mantine-color-default-color': 'var(--ink)',
  '--mantine-color-default-border': 'var(--edge)',
  '--mantine-primary-color-filled': 'var(--ink)',
  '--mantine-primary-color-filled-hover': 'var(--ink-hover)',
  '--mantine-primary-color-contrast': 'var(--on-ink)',
  '--mantine-primary-color-light': 'var(--sunken)',
  '--mantine-primary-color-light-hover': 'var(--hairline)',
  '--mantine-primary-color-light-color': 'var(--ink)',
}

export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: { ...named(0), ...mantineNames },
  dark: { ...named(1), ...mantineNames },
})

const tuple = (light: string, dark: string): MantineColorsTuple =>
  Array.from({ length: 10 }, (_, shade) => (shade < 5 ? dark : light)) as unknown as MantineColorsTuple

const fills: Record<string, { fill: string; hover: string; on: string; text: string; wash: string }> = {
  ink: {
    fill: 'var(--ink)',
    hover: 'var(--ink-hover)',
    on: 'var(--on-ink)',
    text: 'var(--ink)',
    wash: 'var(--sunken)',
  },
  seal: {
    fill: 'var(--seal-fill)',
    hover: 'var(--seal-fill-hover)',
    on: '#fff',
    text: 'var(--seal)',
    wash: 'var(--seal-wash)',
  },
  design: {
    fill: 'var(--design)',
    hover: 'var(--design)',
    on: 'var(--surface)',
    text: 'var(--design)',
    wash: 'var(--design-wash)',
  },
  manufacture: {
    fill: 'var(--manufacture)',
    hover: 'var(--manufacture)',
    on: 'var(--surface)',
    text: 'var(--manufacture)',
    wash: 'var(--manufacture-wash)',
  },
}

/** Buttons, badges and icons take their colours from the roles, since Mantine's own shades know no dark ink. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const hue = fills[input.color ?? 'ink']
  if (!hue) return defaultVariantColorsResolver(input)
  const none = { background: 'transparent', hover: 'transparent', color: hue.text, border: 'none' }
  if (input.variant === 'filled') {
    return { background: hue.fill, hover: hue.hover, color: hue.on, border: '1px solid transparent' }
  }
  if (input.variant === 'light') return { ...none, background: hue.wash, hover: hue.wash }
  if (input.variant === 'subtle') return { ...none, hover: hue.wash }
  if (input.variant === 'outline') {
    return { ...none, hover: hue.wash, border: `1px solid ${hue.text}` }
  }
  if (input.variant === 'transparent') return none
  return defaultVariantColorsResolver(input)
}

/** The Chinese faces of macOS and iOS, HarmonyOS, Xiaomi's Android, Windows, Linux and Adobe. */
const systemChinese =
  "'PingFang SC', 'HarmonyOS Sans SC', 'MiSans', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC'"

export const theme = createTheme({
  primaryColor: 'ink',
  primaryShade: { light: 6, dark: 4 },
  colors: {
    ink: tuple('#1C1E21', '#ECEAE4'),
    seal: tuple('#C0311E', '#FF8E79'),
    design: tuple('#3F51B5', '#A9B4F6'),
    manufacture: tuple('#935600', '#F0B866'),
  },
  variantColorResolver,
  // Latin is served, Chinese is the system's where it has a face: a document of it loads 27 files of ours, some 2 MB
  fontFamily: `'Inter Variable', 'Inter Metrics', ${systemChinese}, 'Noto Sans SC Variable', sans-serif`,
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, 'SF Mono', Consolas, monospace",
  fontSizes: { xs: '12px', sm: '14px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '1.35', sm: '1.45', md: '1.45', lg: '1.65', xl: '1.4' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '40px' },
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  defaultRadius: 'sm',
  shadows: {
    xs: 'none',
    sm: '0 1px 2px rgb(28 30 33 / 6%)',
    md: '0 4px 16px rgb(28 30 33 / 10%)',
    lg: '0 8px 28px rgb(28 30 33 / 14%)',
    xl: '0 16px 48px rgb(28 30 33 / 18%)',
  },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '22px', lineHeight: '1.3' },
      h2: { fontSize: '16px', lineHeight: '1.4' },
      h3: { fontSize: '14px', lineHeight: '1.45' },
    },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: 'sm', fw: 500 } }),
    Modal: Modal.extend({
      defaultProps: {
        centered: true,
        overlayProps: { backgroundOpacity: 0.35 },
        transitionProps: { duration: 120 },
        // the dialog's head is no second banner of the page
        attributes: { header: { role: 'presentation' } },
      },
    }),
    ModalCloseButton: {
      defaultProps: () => ({ 'aria-label': i18n.t('ui:close') }),
    },
    PasswordInput: {
      defaultProps: () => ({ visibilityToggleButtonProps: { 'aria-label': i18n.t('ui:showPassword') } }),
    },
    Radio: Radio.extend({ defaultProps: { iconColor: 'var(--on-ink)' } }),
    Checkbox: Checkbox.extend({ defaultProps: { iconColor: 'var(--on-ink)' } }),
    // an empty element that takes the focus first is no item of a menu
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 400, transitionProps: { duration: 100 } } }),
  },
})

/** The nonce of this page's content security policy, for the few style elements that parts insert. */
export function getStyleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
}
