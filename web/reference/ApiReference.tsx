import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { ErrorState } from '../ui/feedback/ErrorState.tsx'
import { Loading } from '../ui/feedback/Loading.tsx'
import './swagger-look.css'

/** Where the description of the interface is. */
export const descriptionAddress = '/api/openapi.json'

/** The description of the interface, to be read, with what only reads to be tried. */
export function ApiReference() {
  const viewer = useQuery({
    queryKey: ['reference'],
    queryFn: loadSwaggerUi,
    staleTime: Infinity,
    networkMode: 'always',
  })
  if (viewer.isPending) return <Loading />
  if (viewer.error) return <ErrorState error={viewer.error} onRetry={() => void viewer.refetch()} />
  return <Shown show={viewer.data} />
}

function Shown({ show }: { show: (place: HTMLElement) => void }) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const shown = document.createElement('div')
    place.current!.append(shown)
    show(shown)
    return () => shown.remove()
  }, [show])
  return <div ref={place} className="api-reference" />
}

/** Apart from all other pages, as it is larger than they are together. */
async function loadSwaggerUi() {
  const [{ default: SwaggerUI }] = await Promise.all([
    import('swagger-ui-dist/swagger-ui-es-bundle.js'),
    import('swagger-ui-dist/swagger-ui.css'),
  ])
  return (domNode: HTMLElement): void => {
    SwaggerUI({
      domNode,
      url: descriptionAddress,
      deepLinking: true,
      docExpansion: 'list',
      defaultModelsExpandDepth: 0,
      filter: true,
      supportedSubmitMethods: ['get', 'head'],
      validatorUrl: null,
    })
  }
}
