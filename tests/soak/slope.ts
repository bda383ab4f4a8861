/** The straight line through points by least squares: its slope and that slope's standard error. */
export function slopeOf(threads: readonly (readonly [x: number, y: number])[]): {
  slope: number
  error: number
} {
  const count = threads.length
  const meanX = threads.reduce((sum, [x]) => sum + x, 0) / count
  const meanY = threads.reduce((sum, [, y]) => sum + y, 0) / count
  const spread = threads.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  const slope = threads.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread
  const rest = threads.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0)
  return { slope, error: Math.sqrt(rest / Math.max(1, count - 2) / spread) }
}
