import { Tabs } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './DocumentWorkspace.module.css'

interface SidePanelTabsProps<Name extends string> {
  tabs: { name: Name; label: string; content: ReactNode }[]
  shown: Name
  onShow(name: Name): void
}

/** The right pane's tabs. What is hidden stays as it was left. */
export function SidePanelTabs<Name extends string>({ tabs, shown, onShow }: SidePanelTabsProps<Name>) {
  return (
    <Tabs
      value={shown}
      color="ink"
      className={classes.tabs}
      onChange={(name) => name && onShow(name as Name)}
    >
      <Tabs.List className={classes.list}>
        {tabs.map(({ name, label }) => (
          <Tabs.Tab key={name} value={name} className={classes.tab}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ name, content }) => (
        <Tabs.Panel key={name} value={name} className={classes.content}>
          {content}
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}
