import { Alert, Button, Text } from '@mantine/core'
import { IconBan } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { can } from '../../shared/permissions.ts'
import type { Member, Membership } from '../../shared/projects.ts'
import { isAwaited } from '../../shared/rules/signing-policy.ts'
import { blockingThreads, textsOf, type RevisionSummary } from '../../shared/signoff.ts'
import { api, call } from '../api.ts'
import { confirm } from '../ui/feedback/confirm.tsx'
import { ErrorState } from '../ui/feedback/ErrorState.tsx'
import { Loading } from '../ui/feedback/Loading.tsx'
import { Timestamp } from '../ui/Timestamp.tsx'
import { tellDone, tellError } from '../ui/feedback/notices.ts'
import { BrokenNotice } from './BrokenNotice.tsx'
import { Downloads } from './Downloads.tsx'
import { FrozenContent } from './FrozenContent.tsx'
import { Hash } from './Hash.tsx'
import { BlockingThreads } from './BlockingThreads.tsx'
import { frozenQuery, keepRevision } from './queries.ts'
import { RevisionSeal } from './RevisionSeal.tsx'
import classes from './RevisionView.module.css'
import { SignatureCards } from './SignatureCards.tsx'
import { SignDialog } from './SignDialog.tsx'
import { isMissing, lapsedIn } from './revision-status.ts'

interface RevisionViewProps {
  revision: RevisionSummary
  /** The project's revisions that are not stored any more: told beside whichever is shown. */
  missing: RevisionSummary[]
  me: Membership
  members: Member[]
}

/** One revision: its seal, who signed and who is awaited, what it froze, and what can be done with it. */
export function RevisionView({ revision, missing, me, members }: RevisionViewProps) {
  const { t } = useTranslation('signoff')
  const queryClient = useQueryClient()
  const [signing, setSigning] = useState(false)
  const { id: revisionId, projectId, letter } = revision
  const frozen = useQuery(frozenQuery(revision))
  const withdrawing = useMutation({
    mutationFn: () =>
      call(
        api.projects[':projectId'].revisions[':revisionId'].withdraw.$post({
          param: { projectId, revisionId },
        }),
      ),
    onSuccess: ({ revision: withdrawn }) => {
      keepRevision(queryClient, withdrawn)
      tellDone(t('withdraw.done', { letter }))
    },
    onError: tellError,
  })
  const withdraw = async () => {
    const question = { title: t('withdraw.title', { letter }), text: t('withdraw.text') }
    if (await confirm({ ...question, action: t('withdraw.action'), final: true })) withdrawing.mutate()
  }

  const signer = members.find((member) => member.userId === me.userId)
  const isOpen = revision.state === 'open'
  const isWhole = revision.integrity === 'ok'
  const lapsed = lapsedIn(revision)
  const sideSigned = !isAwaited(revision.requiredSigners, revision.signatures, me)
  const hasSigned = revision.signatures.some(({ userId }) => userId === me.userId)
  const isDone = sideSigned || hasSigned
  const maySign = isOpen && isWhole && !isDone && !lapsed && can(me.role, 'revision.sign', me.phase)
  // put forward before such points blocked sign-off
  const blocking = isOpen && frozen.data ? blockingThreads(frozen.data.threads) : []
  const why =
    !isOpen || !isWhole || maySign || lapsed || (hasSigned && !sideSigned)
      ? null
      : sideSigned
        ? 'sideDone'
        : me.phase === 'active'
          ? 'onlyOwn'
          : 'archived'
  return (
    <div className={classes.view}>
      <header className={classes.head}>
        <RevisionSeal revision={revision} size={64} />
        <div className={classes.title}>
          <h1>{t('revision', { letter })}</h1>
          <Text c="dimmed">
            {t('putForwardBy', { name: revision.createdByName })} ·{' '}
            <Timestamp at={revision.createdAt} zoned />
          </Text>
          {revision.description && <Text>{revision.description}</Text>}
        </div>
        <div className={classes.actions}>
          {maySign && (
            <Button
              color="seal"
              disabled={!frozen.data || blocking.length > 0}
              onClick={() => setSigning(true)}
            >
              {t('sign.action', { letter })}
            </Button>
          )}
          {isOpen && !isMissing(revision) && can(me.role, 'revision.create', me.phase) && (
            <Button variant="default" loading={withdrawing.isPending} onClick={() => void withdraw()}>
              {t('withdraw.action')}
            </Button>
          )}
        </div>
      </header>
      <BrokenNotice revision={revision} />
      {missing.map((one) => one.id !== revisionId && <BrokenNotice key={one.id} revision={one} />)}
      <BlockingThreads threads={blocking} blocked="sign" />
      {lapsed && isWhole && (
        <Alert color="seal" variant="light" icon={<IconBan size={18} stroke={1.75} />}>
          {t('errors:signature_lapsed', { name: lapsed.name })}
        </Alert>
      )}
      {why && <Text c="dimmed">{t(`sign.${why}`)}</Text>}
      {revision.state === 'withdrawn' && (
        <Alert color="seal" variant="light" icon={<IconBan size={18} stroke={1.75} />}>
          {t('voidText')}
        </Alert>
      )}
      {revision.findings.length > 0 && (
        <Alert color="ink" variant="light" title={t('findings.title')}>
          <ul>
            {revision.findings.map(({ kind, place, detail }) => (
              <li key={`${kind} ${place} ${detail}`}>
                {place || t('findings.cover')}: {t(`findings.${kind}`)} (<code>{detail}</code>)
              </li>
            ))}
          </ul>
        </Alert>
      )}
      <section>
        <h2>{t('signatures')}</h2>
        <SignatureCards revision={revision} members={members} />
      </section>
      <section>
        <h2>{t('sign.fingerprint')}</h2>
        <Hash value={revision.recordSha256} />
      </section>
      {isWhole && (
        <section>
          <h2>{t('download.title')}</h2>
          <Downloads revision={revision} />
        </section>
      )}
      <section>
        <h2>{t('frozen')}</h2>
        {frozen.isPending && <Loading />}
        {frozen.error && <ErrorState error={frozen.error} onRetry={() => void frozen.refetch()} />}
        {frozen.data && textsOf(frozen.data).length === 0 && !isWhole ? (
          <Text c="var(--seal)">{t('broken.content')}</Text>
        ) : null}
        {frozen.data && textsOf(frozen.data).length > 0 && (
          <FrozenContent
            projectId={projectId}
            documents={frozen.data.documents}
            resources={frozen.data.resources}
            threads={frozen.data.threads}
            changedQuotes={frozen.data.changedQuotes}
          />
        )}
      </section>
      {signing && maySign && signer && (
        <SignDialog revision={revision} signer={signer} onClose={() => setSigning(false)} />
      )}
    </div>
  )
}
