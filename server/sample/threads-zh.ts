import type { SampleThread } from './threads.ts'

export const threadsZh: SampleThread[] = [
  {
    on: { document: 'spec', quote: '± 0.44（DCTG 6）' },
    kind: 'problem',
    severity: 'must',
    state: 'settled',
    hoursAgo: 190,
    said: [
      [
        'founder',
        '上一稿 ⌀160 铸态要 ± 0.1，这个尺寸的压铸件做不到。按 GB/T 6414 是 DCTG 6，公差带 0.88 mm。要么放开，要么加一道车边的钱。',
      ],
      [
        'engineer',
        '外圈没有配合，不需要 ± 0.1，已改成 ± 0.44。有配合的灯杆孔和扩散罩止口走机加工，单独给了公差。',
      ],
      ['founder', '可以。'],
    ],
    closed: { by: 'founder', reason: '铸态公差已按 DCTG 6。' },
  },
  {
    on: { document: 'spec', quote: '外观面 1.5°' },
    kind: 'question',
    severity: 'must',
    state: 'answered',
    hoursAgo: 164,
    said: [
      ['founder', '带细纹的我们一般要 2°。底座侧面 1.5° 是造型定死的吗？'],
      [
        'designer',
        '纹理在粉末里，模具上不做纹，抛到 400 目，1.5° 应该脱得出来。做到 2°，底座侧面看像个花盆。',
      ],
    ],
  },
  {
    on: { document: 'spec', quote: '210 °C 预烘 15 min 排气' },
    kind: 'problem',
    severity: 'must',
    state: 'open',
    hoursAgo: 140,
    said: [
      [
        'founder',
        'ADC12 到这个温度会冒气。去年做的一款拉手，预烘过进炉还有 4 % 起泡。灯头模加抽真空能解决，多 9000 元左右。',
      ],
      ['engineer', 'T1 时真空和不真空各打 20 件，数一下起泡的，用数据定。'],
    ],
  },
  {
    on: { document: 'spec', quote: 'D4 须在喷涂后加工，或喷涂时遮蔽。' },
    kind: 'comment',
    severity: 'should',
    state: 'settled',
    hoursAgo: 118,
    said: [
      ['inspector', '到底用哪种？塞规两种都查得出，但作业指导书只能写一种。遮蔽塞用 200 来件就磨掉了。'],
      ['founder', '喷涂后加工。夹具夹底圈，D4 和支承面一次装夹做完，D6 也好保证。'],
    ],
    closed: { by: 'inspector', reason: '定为喷涂后加工，与支承面一次装夹。' },
  },
  {
    on: { document: 'spec', quote: '旋钮与底座间隙（C）' },
    kind: 'question',
    severity: 'should',
    state: 'answered',
    hoursAgo: 96,
    said: [
      ['inspector', '两边各 75 µm 粉，间隙要少 0.15 mm。0.5 ± 0.2 算进去了吗？'],
      ['engineer', '算了，所以标 C。只有底座喷粉，旋钮是阳极氧化，喷涂前间隙 0.58。'],
    ],
  },
  {
    on: { document: 'spec', quote: '240 h' },
    kind: 'idea',
    severity: 'note',
    state: 'declined',
    hoursAgo: 90,
    said: [
      ['inspector', '我们喷涂线户外件能过 500 h。要不要写 500，包装上也好宣传？'],
      ['designer', '谢谢，不过这灯不出客厅。钱我更想花在红色上。'],
    ],
    closed: { by: 'designer', reason: '室内产品，240 h 足够；加长试验只会拖试产。' },
  },
  {
    on: { document: 'brief', quote: 'ADC12 含硅高，氧化后发花，不能用。' },
    kind: 'comment',
    severity: 'note',
    state: 'settled',
    hoursAgo: 210,
    said: [
      ['founder', '对，会发灰发花。旋钮我们在龙水街上找人车，6061，连氧化 2.60 元一个。'],
      ['designer', '价格不错。请寄两个黑的、一个本色的来看。'],
    ],
    closed: { by: 'designer', reason: '三个样品已收到，选黑色。' },
  },
  {
    on: { document: 'brief', quote: '118 元' },
    kind: 'problem',
    severity: 'must',
    state: 'open',
    hoursAgo: 52,
    said: [
      [
        'founder',
        '我们核下来 124.30 元：压铸加机加工 31.20，配重 7.40，灯杆 8.10，转轴 11.50，喷涂 14.00，LED 和调光 24.00，适配器 13.60，包装 6.50，组装 8.00。不用纸浆托能到 121。',
      ],
      ['designer', '纸浆托要保留。转轴不用碟簧，换你们常用那家的要多少钱？'],
      ['engineer', '当心：T6 要求 5000 次后还有 0.45 N·m，波形垫圈撑不住。'],
    ],
  },
  {
    on: { document: 'brief', quote: '≤ 50 °C（环境 25 °C）' },
    kind: 'question',
    severity: 'should',
    state: 'open',
    hoursAgo: 30,
    said: [['inspector', '测哪一点？模组上方散热筋比边缘要高 5 K 左右，图上要定一个测点。']],
  },
  {
    on: { document: 'project' },
    kind: 'comment',
    severity: 'should',
    state: 'open',
    hoursAgo: 20,
    said: [
      ['founder', '280 吨机第 6 到第 10 周有空，之后到第 14 周要打电机壳。DFM 评审拖过一周，T1 就要拖四周。'],
      ['designer', '明白，未关闭的“必须”项周五前全部答复。'],
    ],
  },
]
