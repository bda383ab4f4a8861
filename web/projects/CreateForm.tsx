import { Stack } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import type { UseMutationResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { FormEnd } from '../ui/forms/FormEnd.tsx'

interface CreateFormProps<Values extends object> {
  form: UseFormReturnType<Values>
  create: UseMutationResult<{ id: string }, unknown, Values>
  /** What the button says that makes it. */
  submit: string
  onClose: () => void
  onCreated: (id: string) => void
  children: ReactNode
}

/** Asks for what something new is made of, makes it, and leads to it. */
export function CreateForm<Values extends object>(props: CreateFormProps<Values>) {
  const { form, create, submit, onClose, onCreated, children } = props
  return (
    <form
      noValidate
      onSubmit={form.onSubmit((values) =>
        // said with the act and not with the hook: who has gone on to something else is not led there
        create.mutate(values, { onSuccess: ({ id }) => onCreated(id) }),
      )}
    >
      <Stack>
        {children}
        <FormEnd isSent={create.isPending} onLeave={onClose}>
          {submit}
        </FormEnd>
      </Stack>
    </form>
  )
}
