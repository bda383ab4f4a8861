import { Button, Group } from '@mantine/core'
import { hideNotice, noticeOf, showLatest } from './notices.ts'

/** Somebody who is busy with their own words has to see it, read it and decide (ms). */
const decideMs = 20_000

/** Says what somebody else did, and offers what can be done now; in the place of what was told under this id before. */
export function tellWithAction(id: string, message: string, action: { label: string; run(): void }): void {
  showLatest({
    ...noticeOf(message),
    id,
    autoClose: decideMs,
    message: (
      <Group gap="xs">
        <span>{message}</span>
        <Button
          variant="default"
          size="compact-sm"
          onClick={() => {
            hideNotice(id)
            action.run()
          }}
        >
          {action.label}
        </Button>
      </Group>
    ),
  })
}
