/** lib0's varUint: seven bits a byte, the lowest first, the eighth set on all but the last. */
export function writeVarUint(into: Uint8Array, value: number, start: number): number {
  let at = start
  let rest = value
  while (rest > 0x7f) {
    into[at++] = 0x80 | (rest % 0x80)
    rest = Math.floor(rest / 0x80)
  }
  into[at++] = rest
  return at
}

export function varUintLength(value: number): number {
  let length = 1
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 0x80)) length++
  return length
}
