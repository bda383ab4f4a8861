import type { SampleThread } from './threads.ts'

export const threadsEn: SampleThread[] = [
  {
    on: { document: 'spec', quote: '± 0.44 (DCTG 6)' },
    kind: 'problem',
    severity: 'must',
    state: 'settled',
    hoursAgo: 190,
    said: [
      [
        'founder',
        'The last draft had ⌀160 ± 0.1 as cast. A die casting of this size does not hold that: GB/T 6414 gives DCTG 6, a field of 0.88 mm. Either accept it or pay for turning the rim.',
      ],
      [
        'engineer',
        'Nothing fits over the rim, so we do not need ± 0.1 there. Changed to ± 0.44. What has to fit (stem seat, diffuser seat) is machined and has its own tolerance.',
      ],
      ['founder', 'Agreed.'],
    ],
    closed: { by: 'founder', reason: 'As-cast tolerance now follows DCTG 6.' },
  },
  {
    on: { document: 'spec', quote: 'visible outside 1.5°' },
    kind: 'question',
    severity: 'must',
    state: 'answered',
    hoursAgo: 164,
    said: [
      ['founder', 'With a fine texture we usually ask for 2°. Is 1.5° on the base side fixed by the look?'],
      [
        'designer',
        'The texture is in the powder, not in the tool. The tool is polished to 400 grit, so 1.5° should release. At 2° the base looks like a flower pot from the side.',
      ],
    ],
  },
  {
    on: { document: 'spec', quote: 'baked at 210 °C for 15 min' },
    kind: 'problem',
    severity: 'must',
    state: 'open',
    hoursAgo: 140,
    said: [
      [
        'founder',
        'ADC12 gives off gas at this temperature. On the L-shaped handle we cast last year 4 % blistered in the oven even after a pre-bake. Vacuum on the head tool would solve it, about CNY 9,000 more.',
      ],
      [
        'engineer',
        'Can you run twenty heads with and without vacuum at T1 and show us the count? Then we decide with numbers.',
      ],
    ],
  },
  {
    on: { document: 'spec', quote: 'D4 is machined after coating, or masked.' },
    kind: 'comment',
    severity: 'should',
    state: 'settled',
    hoursAgo: 118,
    said: [
      [
        'inspector',
        'Which of the two? A plug gauge finds both, but the operator needs one instruction. Masking plugs wear out after some 200 parts.',
      ],
      [
        'founder',
        'We machine after coating. The fixture holds the foot ring, so D4 and the standing face come from one clamping, which also helps D6.',
      ],
    ],
    closed: { by: 'inspector', reason: 'Machined after coating, in one clamping with the standing face.' },
  },
  {
    on: { document: 'spec', quote: 'Gap between knob and base (C)' },
    kind: 'question',
    severity: 'should',
    state: 'answered',
    hoursAgo: 96,
    said: [
      [
        'inspector',
        '75 µm of powder on each side takes 0.15 mm out of the gap. Was 0.5 ± 0.2 calculated with it?',
      ],
      [
        'engineer',
        'Yes, it is marked C. Only the base is coated, the knob is anodised, so before coating the gap is 0.58.',
      ],
    ],
  },
  {
    on: { document: 'spec', quote: '240 h' },
    kind: 'idea',
    severity: 'note',
    state: 'declined',
    hoursAgo: 90,
    said: [
      ['inspector', 'Our line passes 500 h on outdoor parts. Shall we write 500 and show it on the box?'],
      [
        'designer',
        'Thank you, but the lamp never leaves the living room. I would rather spend the money on the red.',
      ],
    ],
    closed: {
      by: 'designer',
      reason: 'Indoor product, 240 h is enough; a longer test only delays the pilot run.',
    },
  },
  {
    on: { document: 'brief', quote: 'ADC12 has too much silicon to be anodised evenly.' },
    kind: 'comment',
    severity: 'note',
    state: 'settled',
    hoursAgo: 210,
    said: [
      [
        'founder',
        'Right, it turns grey and blotchy. We get the knobs turned next door in Longshui, 6061, CNY 2.60 with anodising.',
      ],
      ['designer', 'Good price. Please send two in black and one natural.'],
    ],
    closed: { by: 'designer', reason: 'Three samples received, black chosen.' },
  },
  {
    on: { document: 'brief', quote: 'CNY 118' },
    kind: 'problem',
    severity: 'must',
    state: 'open',
    hoursAgo: 52,
    said: [
      [
        'founder',
        'Our calculation ends at 124.30. Castings with machining 31.20, ballast 7.40, stem 8.10, hinge 11.50, coating 14.00, LED and dimmer 24.00, adaptor 13.60, packing 6.50, assembly 8.00. Without the moulded pulp we would be at 121.',
      ],
      [
        'designer',
        'The pulp stays. What would a hinge from your usual maker cost instead of the disc springs?',
      ],
      ['engineer', 'Careful: T6 asks for 0.45 N·m after 5000 movements. A wave washer does not hold that.'],
    ],
  },
  {
    on: { document: 'brief', quote: '≤ 50 °C at 25 °C ambient' },
    kind: 'question',
    severity: 'should',
    state: 'open',
    hoursAgo: 30,
    said: [
      [
        'inspector',
        'Measured where? At the fins above the module it will be some 5 K warmer than at the rim. We need one point on the drawing.',
      ],
    ],
  },
  {
    on: { document: 'project' },
    kind: 'comment',
    severity: 'should',
    state: 'open',
    hoursAgo: 20,
    said: [
      [
        'founder',
        'The 280 t machine is free from week 6 to week 10, after that until week 14 it casts motor housings. If the DFM review slips by more than a week, T1 slips by four.',
      ],
      ['designer', 'Understood. We answer every open “must” before Friday.'],
    ],
  },
]
