import { Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sides } from '../../../shared/permissions.ts'
import {
  categories,
  plainKinds,
  severities,
  stages,
  toolings,
  type Author,
  type Category,
  type PlainKind,
  type Severity,
  type Stage,
  type Tooling,
} from '../../../shared/review.ts'
import classes from './ThreadFields.module.css'

/** What is known of a point besides its words: nothing yet in `noPointValues`. */
export interface ThreadValues {
  /** Left out where it is chosen otherwise, or not by the reader. */
  severity?: Severity
  /** Likewise, and for a proposal, which stays one. */
  kind?: PlainKind
  category: Category | null
  tooling: Tooling | null
  stage: Stage | null
  assigneeId: string | null
  dueOn: string | null
}

export const noThreadValues: ThreadValues = {
  kind: 'comment',
  category: null,
  tooling: null,
  stage: null,
  assigneeId: null,
  dueOn: null,
}

export interface ThreadFieldsProps {
  values: ThreadValues
  /** Any of them can be the assignee. */
  people: readonly Author[]
  onChange(change: Partial<ThreadValues>): void
}

/** A field that always says something, and one that can be left empty. */
const chosen = (label: string) =>
  ({ size: 'xs', allowDeselect: false, 'aria-label': label, title: label }) as const
const optional = (label: string) =>
  ({ size: 'xs', clearable: true, 'aria-label': label, placeholder: label }) as const

/** Severity, kind, category, assignee, due date and what tooling needs as small fields; all but the first two can be left empty. */
export function ThreadFields({ values, people, onChange }: ThreadFieldsProps) {
  const { t } = useTranslation(['review', 'ui'])
  return (
    <div className={classes.fields}>
      {values.severity && (
        <Select
          {...chosen(t('severity.label'))}
          data={severities.map((severity) => ({ value: severity, label: t(`severity.${severity}`) }))}
          value={values.severity}
          onChange={(severity) => severity && onChange({ severity })}
        />
      )}
      {values.kind && (
        <Select
          {...chosen(t('fields.kind'))}
          data={plainKinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
          value={values.kind}
          onChange={(kind) => kind && onChange({ kind })}
        />
      )}
      <Select
        {...optional(t('fields.category'))}
        searchable
        nothingFoundMessage={t('fields.nothing')}
        data={categories.map((category) => ({ value: category, label: t(`category.${category}`) }))}
        value={values.category}
        onChange={(category) => onChange({ category })}
      />
      <Select
        {...optional(t('fields.assignee'))}
        searchable
        nothingFoundMessage={t('fields.nothing')}
        data={peopleBySide(people, (side) => t(`ui:side.${side}`))}
        value={values.assigneeId}
        onChange={(assigneeId) => onChange({ assigneeId })}
      />
      <DueField dueOn={values.dueOn} onChange={(dueOn) => onChange({ dueOn })} />
      <Select
        {...optional(t('fields.stage'))}
        data={stages}
        value={values.stage}
        onChange={(stage) => onChange({ stage })}
      />
      <Select
        {...optional(t('fields.tooling'))}
        data={toolings.map((tooling) => ({ value: tooling, label: t(`tooling.${tooling}`) }))}
        value={values.tooling}
        onChange={(tooling) => onChange({ tooling })}
      />
    </div>
  )
}

interface DueFieldProps {
  dueOn: string | null
  disabled?: boolean
  onChange(dueOn: string | null): void
}

/**
 * A day that is half typed reads as empty: only leaving an empty field takes the date away. What is no date, or one
 * that cannot be meant, stays to be put right, with words; not before it is left, since a year passes through others
 * while it is typed.
 */
export function DueField({ dueOn, disabled, onChange }: DueFieldProps) {
  const { t } = useTranslation('review')
  const [typed, setTyped] = useState(dueOn ?? '')
  const [known, setKnown] = useState(dueOn)
  const [wrong, setWrong] = useState(false)
  if (known !== dueOn) {
    setKnown(dueOn)
    setTyped(dueOn ?? '')
  }
  return (
    <TextInput
      size="xs"
      type="date"
      min="2000-01-01"
      max="2100-12-31"
      aria-label={t('fields.due')}
      title={t('fields.due')}
      className={classes.due}
      // an empty date says only how dates are written
      leftSection={<span aria-hidden>{t('fields.due')}</span>}
      leftSectionWidth={64}
      leftSectionPointerEvents="none"
      disabled={disabled}
      error={wrong && t('fields.dueWrong')}
      value={typed}
      onChange={({ currentTarget: field }) => {
        setTyped(field.value)
        if (field.validity.valid) setWrong(false)
        if (field.value && field.validity.valid && field.value !== dueOn) onChange(field.value)
      }}
      onBlur={({ currentTarget: field }) => {
        setWrong(!field.validity.valid)
        if (field.value === '' && field.validity.valid && dueOn) onChange(null)
      }}
    />
  )
}

/** People under the name of their side, as a field of choices takes them. */
export function peopleBySide(people: readonly Author[], nameOf: (side: Author['side']) => string) {
  return sides
    .map((side) => ({
      group: nameOf(side),
      items: people
        .filter((one) => one.side === side)
        .map(({ userId, name }) => ({ value: userId, label: name })),
    }))
    .filter(({ items }) => items.length > 0)
}
