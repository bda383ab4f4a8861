import type { ComponentType } from 'react'
import type { Membership, ResourceSummary } from '../../../shared/projects.ts'

/** What a section of a project's page is given: all that the page knows of every kind. */
export interface ProjectSectionProps {
  projectId: string
  me: Membership
  /** What of the project this person may open, of every kind. */
  resources: readonly ResourceSummary[]
  /** Which dialog of the page is open, as there is one at a time; a section names its own after its kind. */
  dialog: string | null
  onDialog(name: string | null): void
}

type ProjectSection = ComponentType<ProjectSectionProps>

const sections = new Map<string, ProjectSection>()

/** Gives a kind of resource its section on the page of a project. They stand there in the order in which they register. */
export const registerProjectSection = (kind: string, section: ProjectSection): void =>
  void sections.set(kind, section)

/** The sections of all kinds, each with its kind's name. */
export const projectSections = (): [kind: string, section: ProjectSection][] => [...sections]
