import { useParams } from '@tanstack/react-router'
import { Page } from './Page.tsx'

/** A document, written together. */
export function DocumentPage() {
  const { documentId } = useParams({ from: '/signed-in/documents/$documentId' })
  return <Page where={[{ label: documentId }]}>{null}</Page>
}
