/** A formula that had to be made smaller than this, in points, is told: as small as the words of a table may be. */
const smallestFormula = 7

/**
 * The printed revision, in Typst. All data comes in through `sys.inputs.data` as JSON and is only ever shown as
 * text: the one thing that is evaluated is mathematics, which `math.ts` made and the typesetter tried before.
 */
export const printTemplate = String.raw`
#let data = json(bytes(sys.inputs.data))
#let label = data.labels
#let ink = rgb("#1C1E21")
#let muted = rgb("#666B73")
#let hairline = rgb("#D5D2C9")
#let wash = rgb("#F5F3EE")
#let seal-red = rgb("#C0311E")
#let side-ink = (design: rgb("#3F51B5"), manufacture: rgb("#935600"))
#let tone-ink = (note: rgb("#3F51B5"), tip: rgb("#2B6E44"), warning: rgb("#935600"), critical: seal-red)
#let faces = (
  (name: "Inter", covers: "latin-in-cjk"), "Noto Sans SC",
  "Noto Sans Symbols", "Noto Sans Math", "Noto Sans Symbols 2",
)
#let mono-faces = ((name: "DejaVu Sans Mono", covers: "latin-in-cjk"), ..faces.slice(1))

#set document(title: data.title, author: data.authors, date: datetime(..data.date))
// Never another font than these: what is printed must not depend on those that the machine has.
#set text(font: faces, fallback: false, size: 10pt, fill: ink, lang: data.lang, region: data.region, number-width: "tabular")
#set par(leading: 0.75em, spacing: 1.15em, justify: false)
#show math.equation: set text(font: ("New Computer Modern Math", ..faces), fallback: false)
#show raw: set text(font: mono-faces, size: 1.1em)
#show heading: set text(weight: "bold")
#show heading.where(level: 1): set text(size: 18pt)
#show heading.where(level: 2): set text(size: 14pt)
#show heading.where(level: 3): set text(size: 11.5pt)
#show heading.where(level: 4): set text(size: 10.5pt)
#show heading.where(level: 5): set text(size: 10pt)
#show heading: set block(above: 1.5em, below: 0.8em, sticky: true)
#show outline.entry: set block(above: 0.6em)

#let small(body, ..more) = text(size: 8pt, fill: muted, ..more, body)
#let hash(value) = raw(range(0, value.len(), step: 8).map(at => value.slice(at, calc.min(at + 8, value.len()))).join(" "))

#let sheet-of(page-number) = label.sheetOf.replace("{page}", str(page-number)).replace("{pages}", str(counter(page).final().first()))

// The mark: two interlocking halves, inked by the side that signed.
#let half(points, inked) = place(curve(
  fill: if inked { seal-red } else { none },
  stroke: 0.6pt + if inked { seal-red } else { muted },
  curve.move((points.first().at(0) * 1%, points.first().at(1) * 1%)),
  ..points.slice(1).map(p => curve.line((p.at(0) * 1%, p.at(1) * 1%))),
  curve.close(),
))
#let seal(size, signed) = box(width: size, height: size, {
  let scaled(points) = points.map(p => (p.at(0) / 32 * 100, p.at(1) / 32 * 100))
  half(scaled(((2.7, 2.7), (14.8, 2.7), (14.8, 9.3), (9.8, 9.3), (9.8, 16.7), (19.8, 16.7), (19.8, 22.7), (14.8, 22.7), (14.8, 29.3), (2.7, 29.3))), "design" in signed)
  half(scaled(((17.2, 2.7), (29.3, 2.7), (29.3, 29.3), (17.2, 29.3), (17.2, 25.1), (22.2, 25.1), (22.2, 14.3), (12.2, 14.3), (12.2, 11.7), (17.2, 11.7))), "manufacture" in signed)
})

#set page(
  paper: "a4",
  margin: (left: 24mm, right: 20mm, top: 26mm, bottom: 24mm),
  header: context if here().page() > 1 {
    set text(size: 8pt, fill: muted)
    grid(columns: (1fr, auto), align: (left, right), data.project, [#label.title #h(0.8em) #data.number])
    v(-0.6em)
    line(length: 100%, stroke: 0.5pt + hairline)
  },
  footer: context {
    set text(size: 8pt, fill: muted)
    line(length: 100%, stroke: 0.5pt + hairline)
    v(-0.6em)
    grid(
      columns: (1fr, auto), align: (left, right),
      if data.state == "signed" { label.state } else { text(fill: seal-red, label.state) },
      sheet-of(here().page()),
    )
  },
)

// Chinese has no italic face; it is slanted, as browsers do.
#let slanted(body) = {
  show regex("\p{Han}"): it => box(skew(ax: -12deg, it))
  text(style: "italic", body)
}

#let formula(node, block) = if node.typst == none { raw(node.source) } else {
  let drawn = math.equation(block: block, eval(node.typst, mode: "math", scope: (std: none)))
  // A word of 10 points is six wide: short formulas need not be measured.
  if "room" not in node or node.latex.len() * 6 < node.room { drawn } else {
    context {
      let most = node.room * 0.1em.to-absolute()
      let width = measure(drawn).width
      if width > most {
        let size = most / width * 1em.to-absolute()
        if size < ${smallestFormula}pt { [#metadata((latex: node.latex, room: node.room))<small-formula>] }
        box(scale(most / width * 100%, reflow: true, drawn))
      } else { drawn }
    }
  }
}

// No face has a sign for a tab: it is a gap, as on the screen. Runs of spaces stay as they are.
#let words(written) = written.split("\t").map(between => text(between)).join(h(2em))

#let inlines(nodes) = for node in nodes {
  if node.kind == "break" { linebreak() } else if node.kind == "math" { formula(node, false) } else {
    let body = if "code" in node.marks { box(fill: wash, inset: (x: 2pt), outset: (y: 2pt), radius: 2pt, raw(node.text)) } else { words(node.text) }
    if "bold" in node.marks { body = strong(body) }
    if "italic" in node.marks { body = slanted(body) }
    if "strike" in node.marks { body = strike(body) }
    if "underline" in node.marks { body = underline(body) }
    if "highlight" in node.marks { body = highlight(fill: rgb("#FFF0B3"), body) }
    if "subscript" in node.marks { body = sub(body) }
    if "superscript" in node.marks { body = super(body) }
    if node.href != none { body = link(node.href, underline(text(fill: side-ink.design, body))) }
    body
  }
}

#let aligned = (center: center, right: right)
#let px(value) = value * 0.75pt

#let blocks(nodes) = for node in nodes {
  if node.kind == "paragraph" { if node.inline.len() > 0 { par(inlines(node.inline)) } else { v(0.5em) } }
  else if node.kind == "heading" { heading(level: node.level + 1, outlined: node.level < 3, inlines(node.inline)) }
  else if node.kind in ("bullets", "numbers") and node.isNarrow {
    for (at, item) in node.items.enumerate() { par(if node.kind == "bullets" { "•" } else { node.marks.at(at) }); blocks(item) }
  }
  else if node.kind == "bullets" { list(indent: 0.4em, ..node.items.map(blocks)) }
  else if node.kind == "numbers" { enum(indent: 0.4em, numbering: at => node.marks.at(at - 1), ..node.items.map(blocks)) }
  else if node.kind == "tasks" {
    for item in node.items {
      let mark = box(width: 0.8em, height: 0.8em, baseline: 0.08em, stroke: 0.7pt + muted, radius: 1pt, if item.checked {
        place(center + horizon, text(size: 0.8em, weight: "bold", "✓"))
      })
      list(indent: 0.4em, marker: mark, blocks(item.blocks))
    }
  }
  else if node.kind == "quote" {
    block(inset: (left: 1em, y: 0.2em), stroke: (left: 2pt + hairline), text(fill: muted, blocks(node.blocks)))
  }
  else if node.kind == "callout" {
    let tone = tone-ink.at(node.tone)
    block(width: 100%, inset: (x: 1em, y: 0.8em), radius: 2pt, fill: tone.lighten(92%), stroke: (left: 2.5pt + tone), {
      block(below: 0.6em, sticky: true, text(size: 8.5pt, weight: "bold", fill: tone, label.tone.at(node.tone)))
      blocks(node.blocks)
    })
  }
  else if node.kind == "code" {
    block(width: 100%, inset: 0.9em, radius: 2pt, fill: wash, text(size: 0.88em, raw(node.text, block: true)))
  }
  else if node.kind == "math" { block(width: 100%, align(center, formula(node, true))) }
  else if node.kind == "image" {
    if node.path == none {
      block(width: 100%, inset: 0.9em, stroke: 0.5pt + hairline, small(if node.alt == "" { node.missing } else { node.alt + " · " + node.missing }))
    } else {
      block(width: 100%, breakable: false, {
        layout(room => {
          let shown(..size) = image(node.path, alt: if node.alt == "" { none } else { node.alt }, ..size)
          let natural = measure(shown())
          let tall = 190mm
          let ratio = natural.height / natural.width
          shown(width: calc.min(px(node.width), room.width, tall / ratio))
        })
        if node.alt != "" { v(-0.4em); small(node.alt) }
        if node.note != "" { v(-0.4em); small(node.note) }
      })
    }
  }
  else if node.kind == "rule" { line(length: 100%, stroke: 0.5pt + hairline) }
  else if node.kind == "table" {
    let cell(c) = table.cell(
      x: c.x, y: c.y, colspan: c.colspan, rowspan: c.rowspan,
      fill: if c.header { wash } else { none },
      align: horizon + aligned.at(c.align, default: left),
      {
        set par(justify: true) if c.align == "justify"
        if c.header { strong(blocks(c.blocks)) } else { blocks(c.blocks) }
      },
    )
    set par(spacing: 0.6em)
    set text(size: node.scale * 1em)
    for part in node.parts {
      table(
        columns: part.widths.map(w => if w == none { auto } else { w * 0.1em }),
        inset: (x: 0.6em, y: 0.5em), stroke: 0.5pt + rgb("#B9B6AD"),
        ..if node.headerRows > 0 { (table.header(..part.cells.filter(c => c.y < node.headerRows).map(cell)),) },
        ..part.cells.filter(c => c.y >= node.headerRows).map(cell),
      )
    }
  }
}

// ── The cover ──
#grid(columns: (auto, 1fr), column-gutter: 1em, align: horizon, seal(15mm, data.sealed), {
  if data.owner != "" { text(size: 9pt, fill: muted, data.owner); linebreak() }
  text(size: 9pt, fill: if data.state == "signed" { seal-red } else { muted }, label.state)
})
#v(12mm)
#text(size: 26pt, weight: "bold", data.project)
#v(-0.6em)
#text(size: 15pt, fill: muted, label.title)
#if data.description != "" { v(0.2em); text(size: 11pt, data.description) }
#place(bottom, float: true, clearance: 8mm, block(breakable: false, {
  let entry(name, value, ..at) = grid.cell(..at, {
    block(below: 0.5em, small(size: 7pt, name))
    value
  })
  // It stands above in full, and the title block has to fit on the page.
  let beginning(words, most) = if words.clusters().len() > most { words.clusters().slice(0, most).join() + "…" } else { words }
  set text(size: 9.5pt)
  grid(
    columns: (1fr,) * 12, inset: 6pt, stroke: 0.6pt + ink,
    entry(label.owner, if data.owner == "" { "–" } else { data.owner }, colspan: 6),
    entry(label.number, raw(data.number), colspan: 6),
    entry(label.documentTitle, strong(data.project), colspan: 5),
    entry(label.revision, text(size: 14pt, weight: "bold", data.letter), colspan: 1),
    entry(label.date, data.issued, colspan: 3),
    entry(label.sheet, context sheet-of(1), colspan: 3),
    entry(label.description, if data.description == "" { "–" } else { beginning(data.description, 120) }, colspan: 6),
    entry(label.previous, data.previous, colspan: 6),
    ..data.roles.map(role => entry(role.label, if role.names == "" { "–" } else { role.names }, colspan: 3)),
  )
}))
#v(6mm)
#heading(level: 1, outlined: false, label.contents)
#text(size: 9.5pt, outline(title: none, depth: 3, indent: 1.2em))

// ── The documents ──
#for (index, doc) in data.documents.enumerate() {
  pagebreak()
  heading(level: 1, doc.title)
  v(-0.5em)
  small(doc.kind)
  v(0.6em)
  blocks(doc.blocks)
}

// ── The points ──
#pagebreak()
#heading(level: 1, label.points)
#if data.pointsLeftOut != "" { small(data.pointsLeftOut) }
#if data.points.len() == 0 { text(fill: muted, label.noPoints) }
#for point in data.points {
  block(width: 100%, above: 2em, {
    block(sticky: true, below: 0.7em, grid(columns: (auto, 1fr), column-gutter: 0.8em, strong("#" + str(point.number)), {
      strong(point.state); text(fill: muted, " · " + point.facts)
      if point.quote != "" { block(above: 0.6em, text(fill: muted, [“#words(point.quote)”])) }
      if point.proposed != "" { block(above: 0.6em, words(point.proposed)) }
    }))
    if point.leftOut != "" { block(above: 0.6em, small(point.leftOut)) }
    for said in point.comments {
      block(inset: (left: 0.9em), stroke: (left: 1.5pt + side-ink.at(said.side)), above: 0.8em, {
        text(size: 8.5pt, weight: "bold", fill: side-ink.at(said.side), said.name); small("  " + said.time)
        if said.body != "" { block(above: 0.5em, said.body.split("\n").map(line => words(line)).join(linebreak())) }
      })
    }
    if point.closed != "" { block(above: 0.8em, small(point.closed)) }
  })
}

// ── The signatures: the last page ──
#pagebreak()
#heading(level: 1, label.signatures)
#grid(columns: (auto, 1fr), column-gutter: 1em, align: horizon, seal(13mm, data.sealed), {
  strong(label.title + " · " + data.project)
  linebreak()
  if data.state == "signed" { label.state } else { text(fill: seal-red, label.state) }
})
#v(1em)
#for one in data.signatures {
  let fact(name, value) = (small(name), value)
  block(width: 100%, breakable: false, inset: 1em, stroke: 0.6pt + if one.signed { side-ink.at(one.side) } else { hairline }, radius: 2pt, below: 1em, {
    text(weight: "bold", fill: side-ink.at(one.side), one.sideLabel)
    if one.void != "" { h(1fr); text(fill: seal-red, weight: "bold", one.void) }
    v(0.2em)
    if one.signed {
      grid(columns: (32mm, 1fr), row-gutter: 0.8em,
        ..fact(label.name, strong(one.name)), ..fact(label.firm, if one.firm == "" { "–" } else { one.firm }),
        ..fact(label.meaningLabel, one.meaning), ..fact(label.time, one.time))
    } else { text(fill: muted, label.notSigned) }
  })
}
#v(0.4em)
#small(label.recordHash)
#block(above: 0.6em, hash(data.recordSha256))
#small(label.keyHash)
#block(above: 0.6em, hash(data.publicKeySha256))
#v(0.6em)
#small(label.proof)
#parbreak()
#small(label.noQualified)
`
