/** Every catalogue of this language, by its feature: one file for the browser. */
const catalogues = import.meta.glob<Record<string, unknown>>(['./zh-CN/*.json', '!./zh-CN/start.json'], {
  eager: true,
  import: 'default',
})

export const words = new Map(
  Object.entries(catalogues).map(([path, catalogue]) => [path.replace(/^.*\/|\.json$/g, ''), catalogue]),
)
