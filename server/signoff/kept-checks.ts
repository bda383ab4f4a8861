import { and, asc, eq, isNotNull, isNull, lt, or, sql, type SQL } from 'drizzle-orm'
import type { Database, Queries } from '../db/database.ts'
import { packageChecks, revisions, type PackageFinding } from './tables.ts'

/** A stored package, and what was found of its file when it was last looked at. */
export interface CheckedPackage {
  revisionId: string
  projectId: string
  packageSha256: string
  finding: PackageFinding | null
  /** The size of what was stored, where it is known. */
  bytes: number | null
  mark: string | null
}

/** Joins to a revision what was found of the package that its row names. */
export const isCheckOfIt = and(
  eq(packageChecks.revisionId, revisions.id),
  eq(packageChecks.packageSha256, revisions.packageSha256),
)!

/** The stored packages of revisions for which `where` holds, those first that were not read for longest. */
export async function storedPackages(db: Queries, where: SQL | undefined): Promise<CheckedPackage[]> {
  const rows = await db
    .select({
      revisionId: revisions.id,
      projectId: revisions.projectId,
      packageSha256: revisions.packageSha256,
      finding: packageChecks.finding,
      bytes: packageChecks.bytes,
      mark: packageChecks.mark,
    })
    .from(revisions)
    .leftJoin(packageChecks, isCheckOfIt)
    .where(and(isNotNull(revisions.packageSha256), where))
    .orderBy(sql`${packageChecks.checkedAt} asc nulls first`, asc(revisions.createdAt))
  return rows.map((row) => ({ ...row, packageSha256: row.packageSha256! }))
}

/** Those that are to be read again: not read since `moment`, or found to be wrong. */
export const isDueSince = (moment: Date): SQL =>
  or(isNull(packageChecks.checkedAt), lt(packageChecks.checkedAt, moment), isNotNull(packageChecks.finding))!

/** Keeps what was found of a package's file, and resolves with what was known before. Its size stays where none is given. */
export async function keepCheck(
  database: Database,
  { revisionId, packageSha256 }: Pick<CheckedPackage, 'revisionId' | 'packageSha256'>,
  found: { finding: PackageFinding | null; mark: string | null; bytes?: number; checkedAt?: Date },
): Promise<PackageFinding | null> {
  const { finding, mark, bytes, checkedAt } = found
  const [kept] = await database
    .insert(packageChecks)
    .values({ revisionId, packageSha256, ...found })
    .onConflictDoUpdate({
      target: [packageChecks.revisionId, packageChecks.packageSha256],
      set: { finding, mark, ...(bytes !== undefined && { bytes }), ...(checkedAt && { checkedAt }) },
    })
    // what was there when the statement began
    .returning({
      before: sql<PackageFinding | null>`(select before.finding from ${packageChecks} as before where before.revision_id = ${revisionId} and before.package_sha256 = ${packageSha256})`,
    })
  return kept!.before
}
