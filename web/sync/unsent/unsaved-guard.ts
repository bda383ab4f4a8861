import { i18n } from '../../i18n.ts'
import { confirm } from '../../ui/feedback/confirm.tsx'

/** A part of the page that may hold what nothing else holds, such as unsaved words where the browser stores nothing. */
export interface Holder {
  holdsAlone(): boolean
  /** Resolves once what is on its way is saved, or after a while. */
  whenSaved?(): Promise<void>
  /** Drops what it holds alone: the person said that it may be lost. */
  letGo?(): void
}

const holders = new Set<Holder>()

/** Has a part asked before all that the page holds goes; returns the end of it. */
export function addHolder(holder: Holder): () => void {
  holders.add(holder)
  return () => void holders.delete(holder)
}

/** True while this page holds what nothing else holds. */
export const isHeldHere = (): boolean => [...holders].some((holder) => holder.holdsAlone())

/** Asks before what only this tab holds is lost; true when nothing is, or the person says so. */
export async function mayLose(): Promise<boolean> {
  await Promise.all([...holders].map(async (holder) => holder.whenSaved?.()))
  return isHeldHere() ? askToLose() : true
}

/** Has what only this tab holds dropped, once the person said so and left. */
export function letGo(): void {
  for (const holder of holders) holder.letGo?.()
}

/** Asks whether words that only this tab holds may be lost. */
export function askToLose(): Promise<boolean> {
  return confirm({
    title: i18n.t('sync:leave.title'),
    text: i18n.t('sync:leave.text'),
    action: i18n.t('sync:leave.action'),
    final: true,
  })
}
