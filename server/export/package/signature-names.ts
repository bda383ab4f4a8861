import type { SignedStatement } from '../../signoff/revisions.ts'

/** What the files of each signature are called in a package: after its side, and from the second of a side on with a number. */
export function signaturesByName<Signed extends Pick<SignedStatement, 'side'>>(
  statements: readonly Signed[],
): [name: string, signed: Signed][] {
  const given = new Map<string, number>()
  return statements.map((one) => {
    const nth = (given.get(one.side) ?? 0) + 1
    given.set(one.side, nth)
    return [nth === 1 ? one.side : `${one.side}-${nth}`, one]
  })
}
