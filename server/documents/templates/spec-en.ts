import { bullets, callout, doc, heading, numbered, paragraph, table } from '../compose.ts'

export const specEn = doc(
  heading(1, 'Product specification'),
  callout(
    'note',
    'Lines in italics say what belongs there. Write over them, and delete what does not apply.',
  ),
  heading(2, '1 General'),
  table(
    [['Item', 'Entry']],
    [
      ['Product and part number', ''],
      ['Drawings and 3D data', '_numbers and revisions; where they differ, which one rules_'],
      ['Rated values', '_voltage, power, load …_'],
      ['Conditions of use', '_temperature, humidity, protection IP_'],
      ['Mass', '_g, with tolerance_'],
    ],
  ),
  heading(2, '2 Reference standards'),
  paragraph(
    'The edition valid on the day of signature applies. Where this specification is stricter, it rules.',
  ),
  table(
    [['Standard', 'Covers', 'Applies to']],
    [
      [
        'GB/T 1804-m · ISO 2768-1 m',
        'General tolerances for linear and angular dimensions',
        '_machined features without own tolerance_',
      ],
      [
        'GB/T 1184-K · ISO 2768-2 K',
        'General geometrical tolerances',
        '_machined features without own tolerance_',
      ],
      ['GB/T 6414 · ISO 8062-3', 'Tolerances of castings', '_as-cast dimensions_'],
      ['GB/T 14486', 'Tolerances of moulded plastic parts', '_moulded parts_'],
      ['GB/T 2828.1 · ISO 2859-1', 'Sampling by attributes', 'Incoming and final inspection'],
    ],
  ),
  heading(2, '3 Dimensions and tolerances'),
  paragraph(
    'Reference temperature 20 °C (GB/T 19765, ISO 1). Dimensions apply _before or after_ coating: state which.',
  ),
  table(
    [
      [
        { text: 'No.', rows: 2 },
        { text: 'Feature', rows: 2 },
        { text: 'Requirement', columns: 3 },
        { text: 'Method', rows: 2 },
      ],
      ['Value', 'Unit', 'Tolerance'],
    ],
    [
      ['D1', '_Overall height_', '', 'mm', '±', '_Height gauge_'],
      ['D2', '_Diameter ⌀_', '', 'mm', '±', '_Calliper_'],
      ['D3', '_Flatness ⏥ of the base_', '', 'mm', '—', '_Surface plate, feeler gauge_'],
      ['D4', '_Position ⌖ of the fixing holes_', '', 'mm', 'Ⓜ', '_CMM_'],
      ['D5', '_Gap between visible parts_', '', 'mm', '±', '_Feeler gauge_'],
    ],
  ),
  heading(2, '4 Materials and finish'),
  table(
    [['Part', 'Material and standard', 'Process', 'Finish', 'Colour, gloss, thickness']],
    [
      ['', '', '', '', ''],
      ['', '', '', '', ''],
    ],
  ),
  paragraph(
    'Visible surfaces are compared with the signed sample at 500 mm under D65, 1000 lx. Zones A, B and C are on the drawing.',
  ),
  heading(2, '5 Tests and acceptance'),
  table(
    [['No.', 'Test', 'Standard and conditions', 'Accepted when', 'Sample']],
    [
      ['T1', '_Dimensions of section 3_', '', '_all within tolerance_', '_5 pieces_'],
      ['T2', '_Coating adhesion_', 'GB/T 9286 · ISO 2409', '_class 0 or 1_', ''],
      ['T3', '_Electrical safety_', '', '', '_100 %_'],
      ['T4', '_Endurance_', '', '', ''],
      ['T5', '_Drop test, packed_', 'GB/T 4857.5 · ISO 2248', '_no damage, works_', ''],
    ],
  ),
  paragraph('Inspection level _II_; AQL: critical 0, major _1.0_, minor _2.5_.'),
  heading(2, '6 Packing, marking, transport'),
  bullets(
    '_Unit pack, inner pack, carton: material, size, gross mass_',
    '_Marks on product and carton, languages_',
    '_Stacking height, pallet, container load_',
  ),
  heading(2, '7 Changes after signature'),
  numbered(
    'Either side proposes a change in writing, with its effect on function, cost and date.',
    'Nothing is changed on tool, material or process before both sides have signed the new revision.',
  ),
  heading(2, '8 Revisions'),
  table([['Revision', 'Date', 'Description', 'Prepared', 'Approved']], [['A', '', 'First issue', '', '']]),
)
