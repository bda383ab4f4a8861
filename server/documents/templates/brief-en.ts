import { bullets, callout, doc, heading, paragraph, table, tasks } from '../compose.ts'

export const briefEn = doc(
  heading(1, 'Product brief'),
  callout(
    'note',
    'Lines in italics say what belongs there. Write over them, and delete what does not apply.',
  ),
  heading(2, '1 Purpose'),
  paragraph(
    '_What is to be made, for which market, and what must it do better than what is sold today? Two or three sentences._',
  ),
  heading(2, '2 Users and use'),
  bullets(
    '_Who uses it, who buys it, who cleans and repairs it?_',
    '_Where does it stand: indoors or outdoors, dry or damp, at what temperature?_',
    '_How often, for how long, for how many years?_',
    '_How could it be misused, and by whom?_',
  ),
  heading(2, '3 Requirements'),
  paragraph('Each requirement can be checked. “Must” decides acceptance; “should” is weighed against cost.'),
  table(
    [['No.', 'Requirement', 'Value', 'Weight', 'How it is checked']],
    [
      ['R1', '_Main function_', '', 'must', ''],
      ['R2', '_Size and mass_', '', 'must', ''],
      ['R3', '_Safety and approvals_', '', 'must', ''],
      ['R4', '_Service life_', '', 'should', ''],
      ['R5', '_Packaging and transport_', '', 'should', ''],
    ],
  ),
  heading(2, '4 Materials and finish'),
  table(
    [['Part', 'Material', 'Process', 'Colour and finish', 'Reference sample']],
    [
      ['', '', '', '', ''],
      ['', '', '', '', ''],
    ],
  ),
  heading(2, '5 Quantities and cost'),
  table(
    [['Item', 'Target', 'Basis']],
    [
      ['Quantity, first order', '', '_pieces_'],
      ['Quantity, each year', '', '_pieces, forecast_'],
      ['Unit cost, ex works', '', '_currency, with or without VAT, at which quantity_'],
      ['Tooling budget', '', '_who pays, who owns the tools, guaranteed shots_'],
      ['Retail price', '', ''],
    ],
  ),
  heading(2, '6 Schedule'),
  table(
    [['Gate', 'What is shown', 'Date', 'Answers for it']],
    [
      ['Brief signed', 'This document, both sides', '', ''],
      ['Design freeze', '3D data, drawings, specification', '', ''],
      ['DFM review', 'Manufacturer’s report, all points settled', '', ''],
      ['T1', 'First shots from the tool, measured', '', ''],
      ['Pilot run', 'Pieces from the line, tests passed', '', ''],
      ['First delivery', '', '', ''],
    ],
  ),
  heading(2, '7 Not part of this work'),
  bullets('_What was discussed and left out, so that nobody waits for it._'),
  heading(2, '8 Open questions'),
  tasks('[ ] _The question, who answers it, by when_', '[ ] '),
)
