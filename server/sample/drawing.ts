import sharp from 'sharp'
import { letter } from './lettering.ts'

const arrow = 'marker-start="url(#tip)" marker-end="url(#tip)"'

const line = (x1: number, y1: number, x2: number, y2: number, rest = '') =>
  `<path class="thin" d="M${x1} ${y1}L${x2} ${y2}" ${rest}/>`

/** A dimension below or above the part: extension lines from `from`, the dimension line at `y`. */
function across(x1: number, x2: number, from: number, y: number, text: string): string {
  const over = y > from ? 2 : -2
  return [
    line(x1, from + over, x1, y + over),
    line(x2, from + over, x2, y + over),
    line(x1, y, x2, y, arrow),
    letter(text, (x1 + x2) / 2, y - 6),
  ].join('')
}

/** A dimension beside the part; the text is read from the right, as ISO 129-1 wants it. */
function upright(y1: number, y2: number, from: number, x: number, text: string): string {
  const over = x > from ? 2 : -2
  const middle = (y1 + y2) / 2
  return [
    line(from + over, y1, x + over, y1),
    line(from + over, y2, x + over, y2),
    line(x, y1, x, y2, arrow),
    `<g transform="rotate(-90 ${x - 6} ${middle})">${letter(text, x - 6, middle)}</g>`,
  ].join('')
}

/** A part number in a circle with a leader that ends in a dot on the part. */
function balloon(number: number, x: number, y: number, partX: number, partY: number): string {
  const length = Math.hypot(partX - x, partY - y)
  const startX = x + ((partX - x) * 9) / length
  const startY = y + ((partY - y) * 9) / length
  return [
    line(startX, startY, partX, partY),
    `<circle cx="${partX}" cy="${partY}" r="1.4"/>`,
    `<circle class="thin" cx="${x}" cy="${y}" r="9"/>`,
    letter(String(number), x, y),
  ].join('')
}

const parts = [
  // head with cooling fins, diffuser, arm, hinge
  '<path class="thick" d="M231 76V38Q231 30 239 30H341Q349 30 349 38V76Z"/>',
  '<path class="thick" d="M238 76V80H342V76"/>',
  ...[250, 262, 274, 306, 318, 330].map((x) => line(x, 30, x, 42)),
  '<path class="thick" d="M213 46H231M213 58H231"/>',
  '<circle class="thick" cx="200" cy="52" r="14"/><circle class="thick" cx="200" cy="52" r="4"/>',
  // stem, base with draft, foot ring, knob
  '<path class="thick" d="M192 64V426M208 64V426"/>',
  '<path class="thick" d="M120 448L120.6 430Q121 426 125 426H275Q279 426 279.4 430L280 448Z"/>',
  '<path class="thick" d="M130 448V450H270V448"/>',
  '<path class="thick" d="M237 425.5V414H261V425.5"/>',
  // ballast, hidden
  '<path class="thin" stroke-dasharray="4 2" d="M130 444V435.5H270V444Z"/>',
  // axes
  '<path class="thin" stroke-dasharray="14 3 3 3" d="M200 20V462M290 14V100M249 406V432"/>',
].join('')

const dimensions = [
  across(230, 350, 30, 6, '⌀120'),
  across(200, 290, 90, 112, '90 ±0.5'),
  across(120, 280, 450, 484, '⌀160'),
  across(192, 208, 250, 250, ''),
  line(208, 250, 236, 250),
  letter('⌀16', 252, 250),
  upright(30, 450, 118, 62, '420 ±1.5'),
  upright(30, 76, 352, 384, '46'),
  upright(426, 450, 282, 316, '24'),
  letter('1.5°', 101, 404),
  line(104, 410, 120, 434, 'marker-end="url(#tip)"'),
].join('')

const tolerances = [
  // ⟂ ⌀1.0 A on the stem, datum A on the standing face
  '<path class="thin" d="M262 180H352V196H262ZM280 180V196M334 180V196"/>',
  letter('⟂', 271, 188),
  letter('⌀1.0', 307, 188),
  letter('A', 343, 188),
  line(262, 188, 208, 188, 'marker-end="url(#tip)"'),
  '<path d="M144 450L140 457H148Z"/>',
  line(144, 457, 144, 463),
  '<path class="thin" d="M137 463H151V477H137Z"/>',
  letter('A', 144, 470),
].join('')

const balloons = [
  balloon(1, 182, -4, 246, 62),
  balloon(2, 410, 112, 328, 78),
  balloon(3, 140, 24, 193, 46),
  balloon(4, 140, 300, 200, 320),
  balloon(5, 380, 400, 270, 431),
  balloon(6, 330, 380, 252, 419),
  balloon(7, 92, 474, 152, 440),
].join('')

const frame =
  '<path class="thick" d="M30 -20H440V510H30Z"/><path class="thin" d="M330 490H440M330 490V510M395 490V510"/>' +
  letter('L1-00 A', 362, 500) +
  letter('1:2', 417, 500)

const sheet = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="24 -26 422 542" width="1266" height="1626">
<style>path,circle{stroke-linejoin:round;stroke-linecap:round}.thick{fill:none;stroke:#111;stroke-width:1.4}
.thin{fill:none;stroke:#111;stroke-width:.7}</style>
<marker id="tip" viewBox="0 0 10 6" refX="10" refY="3" markerWidth="7" markerHeight="4.2" markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M0 0L10 3L0 6Z"/></marker>
<rect x="24" y="-26" width="422" height="542" fill="#fff"/>
${parts}${dimensions}${tolerances}${balloons}${frame}</svg>`

/** The general view of the lamp as a PNG. It has numbers and signs only, so it serves both languages. */
export async function drawGeneralView(): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await sharp(Buffer.from(sheet)).png({ palette: true, colours: 16 }).toBuffer())
}
