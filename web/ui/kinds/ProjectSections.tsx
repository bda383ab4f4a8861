import { projectSections, type ProjectSectionProps } from './project-sections.ts'

/** What a project holds: the section of each kind of resource. */
export const ProjectSections = (props: ProjectSectionProps) =>
  projectSections().map(([kind, KindSection]) => <KindSection key={kind} {...props} />)
