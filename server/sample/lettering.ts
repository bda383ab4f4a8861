/**
 * Single-stroke lettering for drawings, after ISO 3098: a bare machine has no fonts, and a picture must be the same
 * on all of them. Each sign is a set of polylines on a grid 4 wide and 6 high, y downwards.
 */
const strokes: Record<string, string> = {
  '0': '1,0 3,0 4,1 4,5 3,6 1,6 0,5 0,1 1,0',
  '1': '1,1 2,0 2,6',
  '2': '0,1 1,0 3,0 4,1 4,2 0,6 4,6',
  '3': '0,0 4,0 2,2 3,2 4,3 4,5 3,6 1,6 0,5',
  '4': '3,6 3,0 0,4 4,4',
  '5': '4,0 0,0 0,3 3,2 4,3 4,5 3,6 1,6 0,5',
  '6': '4,0 2,0 0,3 0,5 1,6 3,6 4,5 4,4 3,3 0,3',
  '7': '0,0 4,0 1,6',
  '8': '1,3 0,2 0,1 1,0 3,0 4,1 4,2 3,3 1,3 0,4 0,5 1,6 3,6 4,5 4,4 3,3',
  '9': '0,6 2,6 4,3 4,1 3,0 1,0 0,1 0,2 1,3 4,3',
  A: '0,6 2,0 4,6|0.7,4 3.3,4',
  L: '0,0 0,6 4,6',
  '⌀': '1,1.5 3,1.5 4,3 3,4.8 1,4.8 0,3 1,1.5|0,6 4,0',
  '±': '2,0 2,4|0,2 4,2|0,6 4,6',
  '°': '0,1 1,0 2,1 1,2 0,1',
  '⟂': '0,6 4,6|2,6 2,0',
  '.': '1.8,6 2.2,6 2.2,5.6 1.8,5.6 1.8,6',
  ':': '2,2 2,2.4|2,4.6 2,5',
  '-': '0.5,3 3.5,3',
  ' ': '',
}

const advance = 5.6

/** Draws `text` centred on a point as an SVG path; `height` is that of the letters. @throws on a sign it lacks */
export function letter(text: string, x: number, y: number, height = 7): string {
  const scale = height / 6
  const left = x - ((text.length * advance - (advance - 4)) * scale) / 2
  const top = y - height / 2
  const lines = [...text].flatMap((sign, index) => {
    const polylines = strokes[sign]
    if (polylines === undefined) throw new Error(`No lettering for ${sign}`)
    return polylines
      .split('|')
      .filter(Boolean)
      .map((polyline) => {
        const points = polyline.split(' ').map((point) => {
          const [column, row] = point.split(',').map(Number) as [number, number]
          return `${round(left + (column + index * advance) * scale)} ${round(top + row * scale)}`
        })
        return `M${points.join('L')}`
      })
  })
  return `<path class="thin" d="${lines.join('')}"/>`
}

const round = (value: number) => Math.round(value * 100) / 100
