import classes from './Hash.module.css'

/** A SHA-256 in groups of eight, so that two people can compare it aloud; copied without the gaps. */
export function Hash({ value }: { value: string }) {
  return (
    <code className={classes.hash} aria-label={value}>
      {value.match(/.{1,8}/g)?.map((group, index) => (
        <span key={index}>{group}</span>
      ))}
    </code>
  )
}
