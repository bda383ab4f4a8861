/** Every catalogue of this language, by its path: one file for the browser. */
export const catalogues = import.meta.glob<Record<string, unknown>>(
  ['../../shared/locales/zh-CN/*.json', '!../../shared/locales/zh-CN/start.json'],
  {
    eager: true,
    import: 'default',
  },
)
