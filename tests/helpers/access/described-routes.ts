import type { World } from './world.ts'

/** A route as the interface describes it. */
export interface DescribedRoute {
  method: string
  path: string
  /** The action that it asks for, or who may call it. */
  permission: string
  /** Open to guests. */
  guests: boolean
  takesJson: boolean
  /** Which personal tokens open it. */
  tokens: 'project' | 'all' | 'each' | 'none'
}

/** Every route of the interface. */
export async function describedRoutes(world: World): Promise<DescribedRoute[]> {
  const { paths } = (await world.browser().get('/api/openapi.json')).body
  return Object.entries(paths as Record<string, Record<string, Record<string, unknown>>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        permission: operation['x-permission'] as string,
        guests: operation['x-guests'] === true,
        tokens: operation['x-tokens'] as DescribedRoute['tokens'],
        takesJson: JSON.stringify(operation.requestBody ?? '').includes('"application/json"'),
      })),
  )
}

/** A route's path with ids in the places that it names; `unknown` where none is given. */
export const within = (path: string, ids: Record<string, string>): string =>
  path.replaceAll(
    /\{(\w+)\}/g,
    (_all, name: string) =>
      // what names any resource is asked of a document
      (name === 'resourceId' ? ids.documentId : ids[name]) ?? 'unknown',
  )
