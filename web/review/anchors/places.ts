import type { EditorState } from '@tiptap/pm/state'
import type { Mapping } from '@tiptap/pm/transform'
import type { Place } from '../../../shared/anchors/anchor-context.ts'
import { drawnKind, type DrawnAnchor } from './drawn-kinds.ts'
import { layoutOf } from './selection-anchors.ts'

/** Where each marked passage stands; null: its text was removed. Missing: not known yet. */
export type Places = ReadonlyMap<string, Place | null>

/** The marked passages counted in the order of the text; null: its text was removed. Missing: not known yet. */
export type Ranks = ReadonlyMap<string, number | null>

/** Where anchors stand; null while the shared text and the shown one are not the same yet. */
export function locate(
  state: EditorState,
  marked: readonly { id: string; anchor: DrawnAnchor }[],
): Places | null {
  const layout = layoutOf(state)
  if (!layout) return null
  return new Map(marked.map(({ id, anchor }) => [id, drawnKind(anchor).find(layout, anchor)]))
}

/** Where places stand after a change of the text. */
export const followPlaces = (places: Places, mapping: Mapping): Places =>
  new Map(
    [...places].map(([id, place]) => [
      id,
      place && { from: mapping.map(place.from, 1), to: mapping.map(place.to, -1) },
    ]),
  )

/** The order in which places stand: the known ranks themselves when it is still the same. */
export function ranksOf(places: Places, known: Ranks): Ranks {
  const ranks = new Map<string, number | null>()
  const standing: { id: string; from: number }[] = []
  for (const [id, place] of places) {
    if (place) standing.push({ id, from: place.from })
    else ranks.set(id, null)
  }
  standing.sort((one, other) => one.from - other.from).forEach(({ id }, rank) => ranks.set(id, rank))
  const isSame = ranks.size === known.size && [...ranks].every(([id, rank]) => known.get(id) === rank)
  return isSame ? known : ranks
}

export const samePlace = (one: Place | null | undefined, other: Place | null | undefined): boolean =>
  one?.from === other?.from && one?.to === other?.to && (one === undefined) === (other === undefined)

export function samePlaces(one: Places, other: Places): boolean {
  if (one.size !== other.size) return false
  for (const [id, place] of one) if (!other.has(id) || !samePlace(place, other.get(id))) return false
  return true
}
