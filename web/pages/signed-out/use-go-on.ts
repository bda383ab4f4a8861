import { useRouter } from '@tanstack/react-router'
import type { User } from '../../../shared/accounts.ts'
import { useSignedIn } from '../../accounts/account.ts'

/** Tells the pages who came in, and goes on to where they wanted to be. */
export function useGoOn(next: string | undefined): (user: User) => Promise<void> {
  const router = useRouter()
  const signedIn = useSignedIn()
  return async (user) => {
    await signedIn(user)
    // the way back is not to the form: it is done
    router.history.replace(next ?? '/')
  }
}
