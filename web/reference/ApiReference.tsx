import { useEffect, useRef, useState } from 'react'
import { ErrorState } from '../ui/ErrorState.tsx'
import { Loading } from '../ui/Loading.tsx'
import './swagger-look.css'

/** Where the description of the interface is. */
export const descriptionAddress = '/api/openapi.json'

/** The description of the interface, to be read, with what only reads to be tried. */
export function ApiReference() {
  const place = useRef<HTMLDivElement>(null)
  const [state, setState] = useState<'loading' | 'shown' | Error>('loading')
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    const domNode = document.createElement('div')
    place.current!.append(domNode)
    loadSwaggerUi()
      .then((show) => {
        if (domNode.isConnected) show(domNode, () => setState('shown'))
      })
      .catch((failure: unknown) => setState(failure as Error))
    return () => domNode.remove()
  }, [attempt])
  const retry = () => {
    setState('loading')
    setAttempt(attempt + 1)
  }
  return (
    <>
      {state === 'loading' && <Loading />}
      {state instanceof Error && <ErrorState error={state} onRetry={retry} />}
      <div ref={place} className="api-reference" />
    </>
  )
}

/** Apart from all other pages, as it is larger than they are together. */
async function loadSwaggerUi() {
  const [{ default: SwaggerUI }] = await Promise.all([
    import('swagger-ui-dist/swagger-ui-es-bundle.js'),
    import('swagger-ui-dist/swagger-ui.css'),
  ])
  return (domNode: HTMLElement, onComplete: () => void) =>
    SwaggerUI({
      domNode,
      url: descriptionAddress,
      deepLinking: true,
      docExpansion: 'list',
      defaultModelsExpandDepth: 0,
      filter: true,
      supportedSubmitMethods: ['get', 'head'],
      validatorUrl: null,
      onComplete,
    })
}
