import { sides, type Side } from '../../shared/permissions.ts'
import classes from './Seal.module.css'

export interface SealProps {
  /** Whose halves are inked: the design side's is the left one, the factory's the right one. */
  inked: readonly Side[]
  /** Edge in CSS pixels. */
  size?: number
  /** `ink` where it is the product's mark, `seal` where it stands for signatures. */
  tone?: 'ink' | 'seal'
  /** What it says to those who cannot see it; without it the mark is decoration. */
  label?: string
}

const halves: Record<Side, string> = {
  design: 'M2.7 2.7h12.1v6.6h-5v7.4h10v6h-5v6.6H2.7z',
  manufacture: 'M17.2 2.7h12.1v26.6H17.2v-4.2h5V14.3h-10v-2.6h5z',
}

/** The tally: a square seal of two halves that interlock. An outline waits for its signature. */
export function Seal({ inked, size = 24, tone = 'seal', label }: SealProps) {
  return (
    <svg
      className={classes.seal}
      data-tone={tone}
      viewBox="0 0 32 32"
      width={size}
      height={size}
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
    >
      {sides.map((side) => (
        <path key={side} className={classes.half} data-inked={inked.includes(side)} d={halves[side]} />
      ))}
    </svg>
  )
}
