/** What waits of one person in one network, in the order in which it came. */
interface Line<Item> {
  network: string
  person: string
  items: readonly Item[]
}

/**
 * What waits for its turn, by network and person: networks take turns, and so do the people of each, so that nobody stands
 * behind all that somebody else has asked for. Whoever asks for the next says what may begin; what may not keeps its
 * place. Of one person only what came first may begin, or with `mayOvertake` also what came later where that may not.
 */
export class TurnLines<Item> {
  private readonly mayOvertake: boolean
  /** Of the networks, and of the people of each, whose turn is next stands first. */
  private readonly networks = new Map<string, Map<string, Item[]>>()

  constructor({ mayOvertake = false } = {}) {
    this.mayOvertake = mayOvertake
  }

  get isEmpty(): boolean {
    return this.networks.size === 0
  }

  has(network: string): boolean {
    return this.networks.has(network)
  }

  countOf(network: string, person: string): number {
    return this.networks.get(network)?.get(person)?.length ?? 0
  }

  add(network: string, person: string, item: Item): void {
    let people = this.networks.get(network)
    if (!people) this.networks.set(network, (people = new Map()))
    const items = people.get(person)
    if (items) items.push(item)
    else people.set(person, [item])
  }

  /** Takes out what nobody waits for any more, and changes nobody's turn; false when it does not wait here. */
  remove(network: string, person: string, item: Item): boolean {
    const people = this.networks.get(network)
    const items = people?.get(person)
    const at = items?.indexOf(item) ?? -1
    if (!people || !items || at < 0) return false
    items.splice(at, 1)
    if (items.length === 0) people.delete(person)
    if (people.size === 0) this.networks.delete(network)
    return true
  }

  /**
   * Takes what begins next in a network; its person and the network stand last then. Of several conditions, what meets
   * the first goes before what meets only the next.
   */
  nextOf(network: string, ...mayBegin: ((item: Item) => boolean)[]): Item | undefined {
    const people = this.networks.get(network)
    if (!people) return undefined
    for (const may of mayBegin) {
      for (const [person, items] of people) {
        const at = this.mayOvertake ? items.findIndex(may) : may(items[0]!) ? 0 : -1
        if (at < 0) continue
        const [next] = items.splice(at, 1)
        people.delete(person)
        if (items.length > 0) people.set(person, items)
        this.networks.delete(network)
        if (people.size > 0) this.networks.set(network, people)
        return next
      }
    }
    return undefined
  }

  /**
   * Takes what begins next, as long as it is asked for more: goes once through the networks, and comes again to each of
   * which something was taken, as it stands last then.
   */
  *next(...mayBegin: ((item: Item) => boolean)[]): Generator<Item, void> {
    for (const network of this.networks.keys()) {
      const next = this.nextOf(network, ...mayBegin)
      if (next !== undefined) yield next
    }
  }

  /** All that waits, in the order of turns. */
  *lines(): Generator<Line<Item>, void> {
    for (const [network, people] of this.networks)
      for (const [person, items] of people) yield { network, person, items }
  }
}
