import { Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import { IconLanguage, IconLogout, IconSearch, IconSettings, IconSunMoon } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Keys } from '../ui/Keys.tsx'
import { palette } from '../ui/layout/palette.ts'
import { languageNames } from '../ui/language/language-names.ts'
import { initials } from '../ui/people/person-colour.ts'
import { useAccount } from './account.ts'
import { nextLocale, useChangeLocale, useSignOut } from './actions.ts'
import classes from './AccountMenu.module.css'

/** The person's own corner of the bar: palette, settings, language, theme, sign out. */
export function AccountMenu() {
  const { t, i18n } = useTranslation('accounts')
  const user = useAccount()
  const navigate = useNavigate()
  const changeLocale = useChangeLocale()
  const signOut = useSignOut()
  const { toggleColorScheme } = useMantineColorScheme()
  if (!user) return null
  const icon = { size: 16, stroke: 1.5 }
  return (
    <Menu position="bottom-end" width={240} shadow="md" transitionProps={{ duration: 100 }}>
      <Menu.Target>
        <UnstyledButton className={classes.corner} aria-label={t('menu', { name: user.name })}>
          <span className={classes.mark}>{initials(user.name)}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.who}>
          <strong>{user.name}</strong>
          <span>{user.email}</span>
        </div>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconSearch {...icon} />}
          rightSection={<Keys keys={['mod', 'K']} />}
          onClick={palette.open}
        >
          {t('find')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconSettings {...icon} />}
          onClick={() => void navigate({ to: '/settings' })}
        >
          {t('settings')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLanguage {...icon} />}
          onClick={() => changeLocale.mutate(nextLocale(i18n.language))}
        >
          {languageNames[nextLocale(i18n.language)]}
        </Menu.Item>
        <Menu.Item leftSection={<IconSunMoon {...icon} />} onClick={toggleColorScheme}>
          {t('otherTheme')}
        </Menu.Item>
        {/* a guest who signs out has no way back in */}
        {user.email !== null && (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={<IconLogout {...icon} />} onClick={() => signOut.mutate()}>
              {t('signOut')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
