/**
 * Packages that were stored before the key signed for them, and that have not been held against their own bytes since
 * this process started: revision id to the package's SHA-256. That the key has not signed for such a one is no flaw of
 * its revision as long as it stands here; whoever downloads it has it proved first all the same.
 */
export const unprovedPackages = new Map<string, string>()
