import { Badge } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { ProjectSummary } from '../../shared/projects.ts'
import { Timestamp } from '../ui/Timestamp.tsx'
import { Row, Rows } from '../ui/layout/Rows.tsx'
import { SideTag } from '../ui/people/SideTag.tsx'
import classes from './ProjectList.module.css'

/** My projects, the one that was touched last first. */
export function ProjectList({ projects }: { projects: readonly ProjectSummary[] }) {
  const { t } = useTranslation('projects')
  return (
    <Rows label={t('list')}>
      {projects.map((project) => (
        <Row
          key={project.id}
          endBelow
          end={
            <div className={classes.facts}>
              <span className={classes.side}>
                <SideTag side={project.side} />
              </span>
              <span className={classes.role}>{t(`ui:role.${project.role}`)}</span>
              <span className={classes.points} data-open={project.openThreads > 0}>
                {t('openPoints', { count: project.openThreads })}
              </span>
              <span className={classes.when}>
                <Timestamp at={project.updatedAt} />
              </span>
            </div>
          }
        >
          <Link to="/projects/$projectId" params={{ projectId: project.id }} data-whole-row>
            {project.name}
          </Link>
          {project.phase === 'archived' && (
            <Badge ml={8} variant="light" color="ink" fw={500} tt="none">
              {t('archived')}
            </Badge>
          )}
          <div className={classes.counts}>
            {t('documentCount', { count: project.documents })} ·{' '}
            {t('memberCount', { count: project.members })}
          </div>
        </Row>
      ))}
    </Rows>
  )
}
