/**
 * In place of an engine for regular expressions, which finding words does not use: large, and ours to leave out. What
 * imports `re2js` gets this (vite.config.ts).
 */
export const RE2JS = {
  CASE_INSENSITIVE: 1,
  compile(): never {
    throw new Error('searching by regular expression is not offered')
  },
}
