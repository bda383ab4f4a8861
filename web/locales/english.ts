/** Every catalogue of this language, by its path: one file for the browser. */
export const catalogues = import.meta.glob<Record<string, unknown>>(
  ['../../shared/locales/en/*.json', '!../../shared/locales/en/start.json'],
  {
    eager: true,
    import: 'default',
  },
)
