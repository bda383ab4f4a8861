import type { Content } from '../documents/compose.ts'
import {
  bullets,
  callout,
  doc,
  formula,
  heading,
  image,
  numbered,
  paragraph,
  table,
} from '../documents/compose.ts'

/** The sample's specification in English; `drawing` is the SHA-256 of the general view. */
export const specEn = (drawing: string): Content =>
  doc(
    heading(1, 'Longshui L1 table lamp: specification'),
    heading(2, '1 General'),
    table(
      [['Item', 'Entry']],
      [
        ['Product', 'Table lamp L1, part number L1-00'],
        [
          'Drawings',
          'L1-00 general view, L1-01 head, L1-05 base; 3D data for free surfaces. Where they differ, the drawing rules.',
        ],
        ['Rated values', '12 V DC, 8 W, LED module 500 lm, 3000 K, Ra ≥ 90'],
        ['Conditions of use', 'Indoors, 0 °C to 35 °C, ≤ 85 % relative humidity, IP20, class III'],
        ['Mass', '2.00 ± 0.10 kg without adaptor'],
      ],
    ),
    image(drawing, 'L1-00, general view: main dimensions in mm and part numbers', 380),
    table(
      [['No.', 'Part', 'Material', 'Process', 'Mass']],
      [
        ['1', 'Head', 'ADC12', 'die casting, machined seats', '0.22 kg'],
        ['2', 'Diffuser', 'PMMA, opal', 'injection moulding', '0.03 kg'],
        ['3', 'Hinge', 'steel, PA66 discs', 'assembly with disc springs', '0.10 kg'],
        ['4', 'Stem', '304, ⌀16 × 1.0', 'tube, cut and threaded M10 × 1 insert', '0.16 kg'],
        ['5', 'Base', 'ADC12', 'die casting, machined seats', '0.30 kg'],
        ['6', 'Knob', '6061', 'turned, anodised', '0.02 kg'],
        ['7', 'Ballast', 'Q235, ⌀140 × 8.5', 'laser cut, zinc plated', '1.03 kg'],
        ['8', 'LED module', 'aluminium board', 'bought part, with holder', '0.07 kg'],
        ['9', 'Dimmer board and cord', '—', 'bought parts', '0.07 kg'],
      ],
    ),
    heading(2, '2 Reference standards'),
    paragraph(
      'The edition valid on the day of signature applies. Where this specification is stricter, it rules.',
    ),
    table(
      [['Standard', 'Covers', 'Applies to']],
      [
        ['GB/T 7000.1 · IEC 60598-1', 'Luminaires, general requirements and tests', 'whole lamp'],
        ['IEC 60598-2-4', 'Portable general purpose luminaires', 'stability, cord'],
        ['GB/T 20145 · IEC 62471', 'Photobiological safety', 'LED module: exempt group or RG1'],
        ['GB/T 6414 · ISO 8062-3', 'Tolerances of castings', 'as-cast dimensions: DCTG 6'],
        ['GB/T 1804-m · ISO 2768-1 m', 'General tolerances', 'machined dimensions'],
        ['GB/T 1184-K · ISO 2768-2 K', 'General geometrical tolerances', 'machined features'],
        ['GB/T 2828.1 · ISO 2859-1', 'Sampling by attributes', 'final inspection'],
      ],
    ),
    heading(2, '3 Casting'),
    bullets(
      'Wall 2.5 ± 0.3 mm, nowhere under 2.0 mm. Ribs 1.5 mm at the root, so that nothing sinks on the visible side.',
      'Draft: visible outside 1.5°, inside 1.0°, bosses 0.5° at least. Inner radii R1.0 at least.',
      'Parting line on the lower rim of head and base, flash trimmed to ≤ 0.1 mm and not to be felt after coating.',
      'Gate and overflows on the rear, ejector pins inside only. Ejector marks ≤ 0.3 mm, sunk.',
      'Porosity: none open on visible surfaces after blasting; under machined seats pores ≤ ⌀0.5 mm, at most 3 in 10 cm^2^.',
    ),
    heading(2, '4 Dimensions and tolerances'),
    paragraph('At 20 °C, in mm unless stated. Dimensions marked C apply after coating, the others before.'),
    table(
      [
        [
          { text: 'No.', rows: 2 },
          { text: 'Feature', rows: 2 },
          { text: 'Requirement', columns: 3 },
          { text: 'Inspection', columns: 2 },
        ],
        ['Value', 'Unit', 'Tolerance', 'Method', 'Sample'],
      ],
      [
        ['D1', 'Overall height, head level (C)', '420', 'mm', '± 1.5', 'Height gauge', '5'],
        ['D2', 'Base, outer diameter', '⌀160', 'mm', '± 0.44 (DCTG 6)', 'Calliper', '5'],
        ['D3', 'Head, outer diameter', '⌀120', 'mm', '± 0.44 (DCTG 6)', 'Calliper', '5'],
        ['D4', 'Stem seat in the base, machined', '⌀16.1', 'mm', '+0.07 / 0', 'Plug gauge', '5'],
        ['D5', 'Standing face of the base ⏥', '—', 'mm', '⏥ 0.3', 'Surface plate, feeler gauge', '5'],
        ['D6', 'Stem to standing face A', '—', 'mm', '⟂ ⌀1.0 A', 'CMM, over 300 mm', '5'],
        ['D7', 'Stem, straightness', '—', 'mm', '⏤ 0.5', 'V-blocks, dial gauge', '5'],
        ['D8', 'Ballast screws, 3 × M4', '⌀112', 'mm', '⌖ ⌀0.3 Ⓜ A B', 'CMM', '5'],
        ['D9', 'Diffuser seat to head axis B', '—', 'mm', '◎ ⌀0.3 B', 'CMM', '5'],
        ['D10', 'Gap between knob and base (C)', '0.5', 'mm', '± 0.2', 'Feeler gauge', '20'],
        ['D11', 'Knob, radial run-out', '—', 'mm', '↗ 0.15', 'Dial gauge', '20'],
        ['D12', 'Hinge torque, new', '0.70', 'N·m', '± 0.12', 'Torque gauge', '20'],
        ['D13', 'Ballast screws, tightening', '1.2', 'N·m', '± 0.2', 'Torque driver', 'all'],
        ['D14', 'Coating thickness', '75', 'µm', '± 15', 'Eddy current', '5'],
      ],
    ),
    callout(
      'warning',
      'D4 is machined after coating, or masked. A coated seat is 0.15 mm too small and the stem is then pressed in askew.',
    ),
    paragraph(
      'The hinge carries a head of 0.42 kg at $l = 0.09\\ \\mathrm{m}$. Its torque must be at least 1.5 times',
    ),
    formula('M = m g l = 0.42 \\times 9.81 \\times 0.09 = 0.37\\ \\mathrm{N\\,m}'),
    paragraph(
      'With the centre of gravity 19 mm before the axis and 109 mm high, on a foot ring of ⌀140, the lamp tips at',
    ),
    formula('\\alpha = \\arctan\\frac{70 - 19}{109} = 25^\\circ'),
    heading(2, '5 Finish'),
    bullets(
      'Blasted, degreased, chromium-free conversion coat, baked at 210 °C for 15 min to drive gas out of the casting, then powder coated and cured at 190 °C for 15 min.',
      'Colour against the signed sample: ΔE*~ab~ ≤ 1.0 (D65, 10°). Gloss 10 ± 5 GU at 60°.',
      'Visible surface seen from 500 mm at 1000 lx. Zone A (head outside, base top): no inclusion over ⌀0.3 mm. Zone B (sides): at most 2, ≤ ⌀0.5 mm. Zone C (below): no bare metal.',
    ),
    heading(2, '6 Tests and acceptance'),
    table(
      [['No.', 'Test', 'Conditions', 'Accepted when', 'Sample']],
      [
        ['T1', 'Electrical function, polarity, dimming', '12 V DC, full range', 'works, 8 W ± 10 %', 'all'],
        [
          'T2',
          'Temperature',
          '25 °C ambient, full power, head level, 4 h',
          'surface ≤ 50 °C, LED t~c~ ≤ 75 °C',
          '3',
        ],
        ['T3', 'Stability', 'tilting plate, head forward', '≥ 12°, does not tip', '3'],
        ['T4', 'Coating adhesion', 'GB/T 9286 · ISO 2409, 2 mm grid', 'class 0 or 1', '3'],
        [
          'T5',
          'Neutral salt spray',
          'GB/T 10125 · ISO 9227, 240 h',
          'no blister, creep ≤ 1 mm at the scribe',
          '3',
        ],
        [
          'T6',
          'Hinge endurance',
          '5000 movements of ± 60°, 10 a minute',
          'torque ≥ 0.45 N·m, no squeak',
          '3',
        ],
        [
          'T7',
          'Alcohol rub',
          '75 % ethanol, 100 double rubs, 5 N',
          'no colour on the cloth, no change of gloss',
          '3',
        ],
        ['T8', 'Drop, packed', 'GB/T 4857.5, 760 mm, 1 corner 3 edges 6 faces', 'no damage, works', '3'],
        [
          'T9',
          'Pull on the cord',
          '60 N, 25 pulls, then 0.15 N·m for 1 min',
          'moves ≤ 2 mm, insulation whole',
          '3',
        ],
      ],
    ),
    paragraph('Final inspection by GB/T 2828.1, level II. AQL: critical 0, major 1.0, minor 2.5.'),
    heading(2, '7 Packing and marking'),
    bullets(
      'Moulded pulp, no foam. Unit carton 460 × 220 × 180 mm, gross 2.9 kg; four to a shipping carton.',
      'Rating label under the base: model, 12 V DC, 8 W, class III sign, maker, date code. Legible after rubbing 15 s with water and 15 s with spirit.',
    ),
    heading(2, '8 Changes after signature'),
    numbered(
      'Either side proposes a change in writing, with its effect on function, cost and date.',
      'Nothing is changed on tool, material or process before both sides have signed the new revision.',
    ),
    heading(2, '9 Revisions'),
    table(
      [['Revision', 'Description', 'Prepared', 'Checked']],
      [['A', 'First issue, for DFM review', 'Zhou Yihang', 'Luo Defu']],
    ),
  )
