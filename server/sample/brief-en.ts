import type { Content } from '../documents/compose.ts'
import {
  bullets,
  callout,
  doc,
  formula,
  heading,
  image,
  paragraph,
  table,
  tasks,
} from '../documents/compose.ts'

/** The sample's brief in English; `drawing` is the SHA-256 of the general view. */
export const briefEn = (drawing: string): Content =>
  doc(
    heading(1, 'Longshui L1 table lamp: product brief'),
    paragraph('Jialingqiao Design, Chongqing · Baoding Light Metal, Dazu'),
    heading(2, '1 Purpose'),
    paragraph(
      'A table lamp for the side table and the hotel desk, cast in Dazu. Longshui has made knives and locks for a thousand years; the L1 shows that its foundries also make a surface worth touching. Lamps of this price are bent from sheet and feel hollow. **This one is cast, weighs two kilograms and stands where it is put.**',
    ),
    image(drawing, 'L1, general view with main dimensions and part numbers', 300),
    heading(2, '2 Users and use'),
    bullets(
      'Bought by people furnishing their first own flat, and by hotels in lots of 60 to 300.',
      'Used indoors, dry, 0 °C to 35 °C, four hours an evening, ten years.',
      'Moved with one hand, by the stem. Dimmed in the dark, by feel.',
      'Wiped with a damp cloth and, in hotels, with alcohol. The finish must bear both.',
      'Pulled by its cord, tilted by children, set down too near the edge.',
    ),
    heading(2, '3 Requirements'),
    paragraph('“Must” decides acceptance; “should” is weighed against cost.'),
    table(
      [['No.', 'Requirement', 'Value', 'Weight', 'How it is checked']],
      [
        [
          'R1',
          'Light on the table',
          '500 lm ± 10 %, 3000 K, Ra ≥ 90',
          'must',
          'Integrating sphere, after 30 min',
        ],
        ['R2', 'Dimming without visible flicker', '5 % to 100 %', 'must', 'IEEE 1789, low-risk range'],
        [
          'R3',
          'Stands on a slope, head in the worst position',
          '≥ 12° (standard: 6°)',
          'must',
          'Tilting plate',
        ],
        [
          'R4',
          'Temperature where a hand may touch',
          '≤ 50 °C at 25 °C ambient',
          'must',
          'Thermocouple, steady state',
        ],
        ['R5', 'Protection', 'Class III (12 V DC), IP20', 'must', 'GB/T 7000.1 · IEC 60598-1'],
        ['R6', 'Head stays where it is set', '5000 movements', 'must', 'Cycle test, specification T6'],
        [
          'R7',
          'LED module changed by the user',
          'one screwdriver, 5 min',
          'should',
          'Trial with five people',
        ],
        ['R8', 'Aluminium recycled after use', '≥ 90 % of the castings’ mass', 'should', 'Bill of materials'],
      ],
    ),
    callout(
      'note',
      'The L1 is a table lamp for a room. It is not sold as a reading lamp, so GB/T 9473 is not claimed on the box.',
    ),
    heading(2, '4 Materials and finish'),
    bullets(
      '**Head and base:** aluminium die casting, ADC12. No filler on visible surfaces.',
      '**Stem:** stainless steel tube 304, ⌀16 × 1.0, the cord runs inside.',
      '**Knob:** turned from 6061 and anodised. ADC12 has too much silicon to be anodised evenly.',
      '**Diffuser:** opal PMMA, 2 mm, no visible LED points at 300 mm.',
      '**Colours:** ink black (RAL 9005) and temple red (RAL 3009), powder coat with fine texture. Signed samples rule.',
    ),
    paragraph(
      'The head is also the heat sink. With 5.6 W of heat, $A = 0.035\\ \\mathrm{m^2}$ of surface and $h = 10\\ \\mathrm{W/(m^2\\,K)}$ the surface warms by about',
    ),
    formula('\\Delta T = \\frac{P}{h A} = \\frac{5.6}{10 \\times 0.035} = 16\\ \\mathrm{K}'),
    paragraph(
      'that is 41 °C in a room at 25 °C. R4 leaves 9 K for dust, tolerance of the driver and a head turned upwards.',
    ),
    heading(2, '5 Quantities and cost'),
    table(
      [['Item', 'Target', 'Basis']],
      [
        ['First order', '2,000 pieces', '1,400 black, 600 red'],
        ['Each year', '8,000 pieces', 'forecast, not a promise'],
        ['Unit cost, ex works', 'CNY 118', 'without VAT, packed, adaptor included, at 2,000'],
        ['Tools', 'CNY 186,000', 'head and base, one cavity each, H13, 50,000 shots'],
        ['Retail price', 'CNY 499', 'own shop and hotels'],
      ],
    ),
    paragraph(
      'Jialingqiao pays for the tools and owns them. Baoding keeps them, insures them and casts for nobody else with them.',
    ),
    heading(2, '6 Schedule'),
    table(
      [['Gate', 'What is shown', 'Week', 'Answers for it']],
      [
        ['Brief signed', 'This document', '0', 'both'],
        ['Design freeze', '3D data, drawings, specification', '3', 'Jialingqiao'],
        ['DFM review', 'Casting report, every point settled', '5', 'Baoding'],
        ['T1', '20 shots of each part, measured', '11', 'Baoding'],
        ['Pilot run', '100 lamps, tests passed', '15', 'Baoding'],
        ['First delivery', '2,000 lamps', '19', 'Baoding'],
      ],
    ),
    heading(2, '7 Not part of this work'),
    bullets(
      'Wireless dimming and a version for E27 bulbs.',
      'Approvals outside China. The design keeps room for CE and UKCA.',
    ),
    heading(2, '8 Open questions'),
    tasks(
      '[x] Ballast cast in, or a steel plate? A plate, screwed: it can be recycled apart (Zhou Yihang)',
      '[ ] Adaptor: which two makers are approved? (Chen Min, week 2)',
      '[ ] Red: one powder maker or two? (Lin Xiaolan, week 3)',
      '[ ] Hotel version with a cord lock under the base? (Lin Xiaolan, week 4)',
    ),
  )
