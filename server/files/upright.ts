import type { Metadata } from 'sharp'

/** A browser turns no WebP, whatever it says of itself. */
export const isTurned = ({ format }: Metadata): boolean => format !== 'webp'

/** A picture's size as a browser shows it. */
export const uprightSize = (size: Metadata): { width: number; height: number } =>
  isTurned(size) ? size.autoOrient : { width: size.width, height: size.height }
