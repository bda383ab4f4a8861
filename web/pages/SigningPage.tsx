import { useParams } from '@tanstack/react-router'
import { Page } from './Page.tsx'

/** A project's revisions and their signatures. */
export function SigningPage() {
  const { projectId } = useParams({ from: '/signed-in/projects/$projectId/sign' })
  return <Page where={[{ label: projectId }]}>{null}</Page>
}
