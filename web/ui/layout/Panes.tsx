import { ActionIcon, Tooltip, VisuallyHidden } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import {
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconLayoutSidebarRightCollapse,
  IconLayoutSidebarRightExpand,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Keys } from '../Keys.tsx'
import type { PaneName, PanesState } from './panes-state.ts'
import classes from './Panes.module.css'

export interface Pane {
  label: string
  /** For the phone's bottom bar, 20 px. */
  icon: ReactNode
  content: ReactNode
  /** A number beside the label, such as how many points are open. */
  count?: number
}

export interface PanesProps {
  panes: PanesState
  left?: Pane
  middle: Pane
  right?: Pane
}

/**
 * Contents at the left (240 px), the sheet in the middle, the points at the right (340 px). The sides fold away;
 * a phone shows one pane and a bottom bar. All panes stay mounted, so nothing is lost by looking elsewhere.
 */
export function Panes({ panes, left, middle, right }: PanesProps) {
  const { t } = useTranslation('ui')
  const named: [PaneName, Pane | undefined][] = [
    ['left', left],
    ['middle', middle],
    ['right', right],
  ]
  return (
    <div className={classes.panes} data-phone={panes.phone}>
      {left && <SidePane name="left" pane={left} panes={panes} />}
      <main className={classes.middle} aria-label={middle.label}>
        {middle.content}
      </main>
      {right && <SidePane name="right" pane={right} panes={panes} />}
      <nav className={classes.bottom} aria-label={t('panes')}>
        {named.map(
          ([name, pane]) =>
            pane && (
              <button
                key={name}
                type="button"
                className={classes.tab}
                aria-current={panes.phone === name}
                onClick={() => panes.show(name)}
              >
                {pane.icon}
                <span>
                  {pane.label}
                  {pane.count ? ` ${pane.count}` : ''}
                </span>
              </button>
            ),
        )}
      </nav>
    </div>
  )
}

const icons = {
  left: { fold: IconLayoutSidebarLeftCollapse, unfold: IconLayoutSidebarLeftExpand, keys: ['mod', '\\'] },
  right: { fold: IconLayoutSidebarRightCollapse, unfold: IconLayoutSidebarRightExpand, keys: ['mod', '.'] },
}

/** As the style sheet has it. */
const useIsPhone = () => useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false })

function SidePane({ name, pane, panes }: { name: 'left' | 'right'; pane: Pane; panes: PanesState }) {
  const { t } = useTranslation('ui')
  const open = panes.open[name]
  // all that is shown is the page's main part, and has its heading
  const isMain = useIsPhone() && panes.phone === name
  const { fold, unfold, keys } = icons[name]
  const Icon = open ? fold : unfold
  const label = t(open ? 'foldPane' : 'unfoldPane', { pane: pane.label })
  return (
    <>
      <div className={classes.handle} data-side={name} data-open={open}>
        <Tooltip
          label={
            <>
              {label} <Keys keys={keys} />
            </>
          }
        >
          <ActionIcon
            variant="subtle"
            color="ink"
            aria-label={label}
            aria-expanded={open}
            onClick={() => panes.toggle(name)}
          >
            <Icon size={18} stroke={1.5} />
          </ActionIcon>
        </Tooltip>
      </div>
      <div
        role={isMain ? 'main' : 'complementary'}
        className={classes.side}
        data-pane
        data-side={name}
        data-open={open}
        aria-label={pane.label}
      >
        {isMain && <VisuallyHidden component="h1">{pane.label}</VisuallyHidden>}
        {pane.content}
      </div>
    </>
  )
}
