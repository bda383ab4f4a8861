import { ActionIcon, Indicator, Popover } from '@mantine/core'
import { IconBell } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../ui/language/formats.ts'
import { NoticeList } from './NoticeList.tsx'
import { unreadQuery } from './queries.ts'

/** The bell in the bar: how much is unread, and what it is. */
export function Bell() {
  const { t } = useTranslation('notify')
  const formats = useFormats()
  const [opened, setOpened] = useState(false)
  const unread = useQuery(unreadQuery).data?.total ?? 0
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={360} shadow="md" trapFocus>
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={32}
          style={{ overflow: 'visible' }}
          aria-label={unread === 0 ? t('bell') : t('bellUnread', { count: unread })}
          onClick={() => setOpened(!opened)}
        >
          {/* at the bell itself: what can be touched around it is larger on a phone */}
          <Indicator
            disabled={unread === 0}
            label={unread > 99 ? '99+' : formats.number(unread)}
            size={16}
            offset={2}
            color="var(--ink)"
            styles={{ root: { display: 'flex' }, indicator: { color: 'var(--on-ink)' } }}
          >
            <IconBell size={20} stroke={1.5} />
          </Indicator>
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p={0} maw="calc(100vw - 16px)" aria-label={t('bell')}>
        {opened && <NoticeList onLeave={() => setOpened(false)} />}
      </Popover.Dropdown>
    </Popover>
  )
}
