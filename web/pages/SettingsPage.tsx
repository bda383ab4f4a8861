import { SegmentedControl, Stack, Text, useMantineColorScheme, type MantineColorScheme } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { locales, type Locale } from '../../shared/accounts.ts'
import { AddressForm } from '../accounts/AddressForm.tsx'
import { PasswordForm } from '../accounts/PasswordForm.tsx'
import { ProfileForm } from '../accounts/ProfileForm.tsx'
import { SessionList } from '../accounts/SessionList.tsx'
import { useOwnAccount } from '../accounts/account.ts'
import { useChangeLocale } from '../accounts/actions.ts'
import { MailForm } from '../notify/MailForm.tsx'
import { projectsQuery } from '../projects/queries.ts'
import { Tokens } from '../tokens/Tokens.tsx'
import { Section } from '../ui/layout/Section.tsx'
import { languageNames } from '../ui/language/language-names.ts'
import { Page } from './frame/Page.tsx'
import classes from './SettingsPage.module.css'

/** One's own account: who I am, how it looks, the password, the devices. */
export function SettingsPage() {
  const { t } = useTranslation(['accounts', 'notify', 'tokens'])
  const user = useOwnAccount()
  return (
    <Page where={[{ label: t('settings') }]}>
      <div className={classes.column}>
        <h1 className={classes.title}>{t('settings')}</h1>
        <Section title={t('profile')}>
          <ProfileForm key={user.id} user={user} />
        </Section>
        <Section title={t('languageAndTheme')}>
          <Looks />
        </Section>
        {user.email !== null && (
          <>
            <Section title={t('notify:mail.title')}>
              <MailForm />
            </Section>
            <Section title={t('address.heading')}>
              <AddressForm email={user.email} />
            </Section>
            <Section title={t('changePassword')}>
              <PasswordForm email={user.email} />
            </Section>
            <Section title={t('tokens:title')}>
              <MyTokens />
            </Section>
            <Section title={t('sessions')}>
              <SessionList />
            </Section>
          </>
        )}
      </div>
    </Page>
  )
}

function MyTokens() {
  const { t } = useTranslation('tokens')
  const projects = useQuery(projectsQuery)
  return (
    <Tokens projects={projects.data ?? []} reference={<Link to="/reference">{t('reference.title')}</Link>} />
  )
}

function Looks() {
  const { t, i18n } = useTranslation('accounts')
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const changeLocale = useChangeLocale()
  return (
    <Stack align="flex-start">
      <div>
        <Text fw={500} mb={4}>
          {t('language')}
        </Text>
        <SegmentedControl
          aria-label={t('language')}
          value={i18n.language}
          onChange={(locale) => changeLocale.mutate(locale as Locale)}
          data={locales.map((locale) => ({ value: locale, label: languageNames[locale] }))}
        />
      </div>
      <div>
        <Text fw={500} mb={4}>
          {t('theme')}
        </Text>
        <SegmentedControl
          aria-label={t('theme')}
          value={colorScheme}
          onChange={(scheme) => setColorScheme(scheme as MantineColorScheme)}
          data={['auto', 'light', 'dark'].map((scheme) => ({ value: scheme, label: t(`themes.${scheme}`) }))}
        />
      </div>
    </Stack>
  )
}
