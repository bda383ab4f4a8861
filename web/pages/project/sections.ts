import { registerProjectSection } from '../../ui/kinds/project-sections.ts'
import { DocumentsSection } from './DocumentsSection.tsx'

// A kind's section comes with the page of a project, and not with the addresses of all pages (`routes.tsx`).
registerProjectSection('document', DocumentsSection)
