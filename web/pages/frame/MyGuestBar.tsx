import { useQuery } from '@tanstack/react-query'
import { accountQuery } from '../../accounts/account.ts'
import { GuestBar } from '../../guests/GuestBar.tsx'
import { projectsQuery } from '../../projects/queries.ts'

/** The guest's bar, for who came by a link and has no account; nothing for everybody else. */
export function MyGuestBar() {
  const user = useQuery(accountQuery).data
  const isGuest = user?.email === null
  const projects = useQuery({ ...projectsQuery, enabled: isGuest }).data
  if (!isGuest) return null
  const documents = projects?.reduce((sum, project) => sum + project.documents, 0)
  return <GuestBar name={user.name} documents={documents} />
}
