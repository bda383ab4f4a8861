import { queryOptions } from '@tanstack/react-query'
import type { PublishedReview } from '../../../shared/review.ts'
import { api, call } from '../../api.ts'

/** The reviews that were published of one document and of the whole project, the newest first. */
export const reviewsQuery = (projectId: string, resourceId: string) =>
  queryOptions({
    queryKey: ['projects', projectId, 'reviews', resourceId],
    queryFn: async (): Promise<PublishedReview[]> => {
      const { reviews } = await call(
        api.projects[':projectId'].reviews.$get({ param: { projectId }, query: { resourceId } }),
      )
      return reviews
    },
  })
