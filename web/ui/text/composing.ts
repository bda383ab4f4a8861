/** What of a key's event tells whether an input method has it. */
type Key = Pick<KeyboardEvent, 'isComposing' | 'keyCode'>

/** The code of a key that an input method has taken. */
const takenKeyCode = 229

/**
 * True for a key of an input method's composition, which is no command: Enter takes a candidate and Esc gives it up. Safari
 * ends the composition before it tells of the key that took the candidate; only its code says so then.
 */
export const isOfComposition = (event: Key | { nativeEvent: Key }): boolean => {
  const { isComposing, keyCode } = 'nativeEvent' in event ? event.nativeEvent : event
  return isComposing || keyCode === takenKeyCode
}
