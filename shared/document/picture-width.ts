/** A picture is shown at least so wide, as one that nobody sees would still be signed. */
const least = 16

/**
 * How wide a picture is shown, in CSS pixels, on the screen and on paper alike: what the attribute says, or null for the
 * picture's own width. Both are cut to the room that there is.
 */
export const pictureWidth = (width: unknown): number | null =>
  typeof width === 'number' && Number.isFinite(width) ? Math.max(least, width) : null
