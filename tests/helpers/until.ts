/**
 * Waits until `condition` holds, asking again every few milliseconds, and returns what it gave. What takes long to ask,
 * as a request does, is asked less often: a question a server answers again and again keeps it from what is waited for.
 * Fails after `seconds` with the name of what it waited for: so long nothing takes but what never comes, also on a
 * machine that is busy with much else.
 */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  seconds = 30,
): Promise<Exclude<T, false | null | undefined>> {
  for (const deadline = performance.now() + seconds * 1_000; ;) {
    const asked = performance.now()
    const value = await condition()
    if (value !== false && value !== null && value !== undefined) {
      return value as Exclude<T, false | null | undefined>
    }
    const tookMs = performance.now() - asked
    if (performance.now() > deadline) throw new Error(`waited ${seconds} s in vain for ${what}`)
    await new Promise((done) => setTimeout(done, Math.min(100, Math.max(5, 4 * tookMs))))
  }
}

/**
 * Waits for so many steps of 20 ms that a machine with time to spare takes so many seconds; a busy one stretches each of
 * them.
 */
export async function withinSeconds<T>(
  seconds: number,
  what: string,
  condition: () => T,
): Promise<Exclude<T, false | null | undefined>> {
  for (let step = 0; step <= 50 * seconds; step++) {
    const value = condition()
    if (value !== false && value !== null && value !== undefined) {
      return value as Exclude<T, false | null | undefined>
    }
    await new Promise((done) => setTimeout(done, 20))
  }
  throw new Error(`waited ${seconds} s in vain for ${what}`)
}
