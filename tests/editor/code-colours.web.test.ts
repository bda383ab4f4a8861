import { common, createLowlight } from 'lowlight'
import { describe, expect, test } from 'vitest'
import { codeColours, colourLimits } from '../../web/editor/code/code-colours.ts'

/** Colours whose reading of a block takes `blockMs` by a clock of its own, and what was read. */
function counted(blockMs = 0) {
  const read: string[] = []
  let ms = 0
  const lowlight = createLowlight(common)
  const noting = {
    ...lowlight,
    highlight: ((language, text) => {
      read.push(text)
      ms += blockMs
      return lowlight.highlight(language, text)
    }) as typeof lowlight.highlight,
    highlightAuto: ((text) => {
      read.push(text)
      ms += blockMs
      return lowlight.highlightAuto(text)
    }) as typeof lowlight.highlightAuto,
  }
  return { read, colours: codeColours(noting, () => ms) }
}

describe('code in colours', () => {
  test('is coloured when it is short, with a language and without', () => {
    const { colours } = counted()
    expect(colours.highlight('javascript', 'const a = 1').children.length).toBeGreaterThan(1)
    expect(colours.highlightAuto('const a = function () { return 1 }').children.length).toBeGreaterThan(1)
  })

  test('no language is guessed of a block of 300 KB, nor of any beyond the bound', () => {
    const { colours, read } = counted()
    expect(colours.highlightAuto('2026-11-28 03:00:01 INFO started\n'.repeat(9_000)).children).toEqual([])
    expect(colours.highlightAuto('a'.repeat(colourLimits.guessedCharacters + 1)).children).toEqual([])
    expect(read).toEqual([])
  })

  test('a block beyond the bound stays plain in a language too, in one line or in many', () => {
    const { colours, read } = counted()
    expect(colours.highlight('ini', 'a'.repeat(300_000)).children).toEqual([])
    expect(colours.highlight('cpp', 'a\n'.repeat(colourLimits.blockCharacters)).children).toEqual([])
    expect(read).toEqual([])
  })

  test('many blocks cost one text no more than its time, and the same ones are in colours again', () => {
    const { colours, read } = counted(40)
    const pass = () => {
      colours.begin()
      return ['1', '2', '3', '4', '5'].map((text) => colours.highlight('javascript', text).children.length)
    }
    expect(pass()).toEqual([1, 1, 1, 0, 0])
    // edits elsewhere in the text ask for no block
    colours.begin()
    colours.begin()
    expect(pass()).toEqual([1, 1, 1, 0, 0])
    expect(read).toEqual(['1', '2', '3'])
  })

  test('parts within parts are gone through to a depth only', () => {
    const { colours } = counted()
    expect(colours.highlight('javascript', '`${'.repeat(20)).children).not.toEqual([])
    expect(colours.highlight('javascript', '`${'.repeat(1_000)).children).toEqual([])
  })

  test('what could not be read before the grammars came is read when they are there', () => {
    const lowlight = createLowlight()
    const colours = codeColours(lowlight)
    colours.begin()
    expect(colours.highlightAuto('const a = function () { return 1 }').children).toEqual([])
    lowlight.register(common)
    colours.begin()
    expect(colours.highlightAuto('const a = function () { return 1 }').children.length).toBeGreaterThan(1)
  })
})
