import { signedInId } from '../api.ts'

/** What the browser did not keep, by the key it would have there. */
const inTab = new Map<string, string>()

const keyOf = (projectId: string) => `what-changed/${signedInId()}/${projectId}`

/** What a person has begun to write of the next revision of a project in this tab, and has not put forward. */
export function keptDescription(projectId: string): string {
  const key = keyOf(projectId)
  try {
    return sessionStorage.getItem(key) ?? inTab.get(key) ?? ''
  } catch {
    return inTab.get(key) ?? ''
  }
}

/** Keeps it while the dialog is closed, be it to look at what stands in the way; empty: nothing is kept. */
export function keepDescription(projectId: string, description: string): void {
  const key = keyOf(projectId)
  inTab.set(key, description)
  try {
    if (description === '') sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, description)
  } catch {
    // it is here until the tab ends
  }
}
