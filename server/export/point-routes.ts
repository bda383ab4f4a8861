import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { locales } from '../../shared/accounts.ts'
import type { Database } from '../db/database.ts'
import { listDocuments } from '../documents/documents.ts'
import { declareRoute, feature, type Env } from '../http/route.ts'
import { listMembers } from '../projects/members.ts'
import { readProject } from '../projects/projects.ts'
import { listThreads } from '../review/threads.ts'
import { actorOf, recordAct } from '../trail/append.ts'
import { download, send, tidyName } from './download.ts'
import { pointRows } from './point-rows.ts'
import { pointsBcf } from './points-bcf.ts'
import { pointsCsv } from './points-csv.ts'
import { pointsSheet } from './points-sheet.ts'
import { wordingIn } from './wording.ts'

const request = {
  params: z.object({ projectId: z.string() }),
  query: z.object({ locale: z.enum(locales).optional() }),
}
const sheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** Every point of a project as a file, in the language that is asked for, else in that of whoever asks. Drafts stay out. */
export function pointExportRoutes({ database }: { database: Database }) {
  async function collect(c: Context<Env>, locale = c.var.user.locale) {
    const { projectId } = c.var.scope
    const [project, points, documents, members] = await Promise.all([
      readProject(database, projectId),
      listThreads(database, projectId),
      listDocuments(database, projectId),
      listMembers(database, projectId),
    ])
    const t = wordingIn(locale)
    const name = (ending: string) => `${tidyName(project.name)} ${t('point.file')}.${ending}`
    return { project, points, documents, members, t, name }
  }
  const recordTaken = (c: Context<Env>, format: 'csv' | 'xlsx' | 'bcf'): Promise<void> =>
    recordAct(database, c.var.scope.projectId, {
      actor: actorOf(c.var),
      action: 'points.exported',
      details: { format },
    })
  return feature()
    .openapi(
      declareRoute('project.export', {
        method: 'get',
        path: '/api/projects/{projectId}/points.csv',
        request,
        responses: download('text/csv', 'UTF-8 with a byte order mark'),
      }),
      async (c) => {
        const { points, documents, t, name } = await collect(c, c.req.valid('query').locale)
        await recordTaken(c, 'csv')
        return send(c, pointsCsv(pointRows(points, documents, t)), 'text/csv; charset=utf-8', name('csv'))
      },
    )
    .openapi(
      declareRoute('project.export', {
        method: 'get',
        path: '/api/projects/{projectId}/points.xlsx',
        request,
        responses: download(sheetType, 'An Excel workbook'),
      }),
      async (c) => {
        const { points, documents, t, name } = await collect(c, c.req.valid('query').locale)
        const sheet = await pointsSheet(pointRows(points, documents, t), t('point.file'))
        await recordTaken(c, 'xlsx')
        return send(c, sheet, sheetType, name('xlsx'))
      },
    )
    .openapi(
      declareRoute('project.export', {
        method: 'get',
        path: '/api/projects/{projectId}/points.bcf',
        request,
        responses: download('application/octet-stream', 'BCF 3.0: a topic a point'),
      }),
      async (c) => {
        const { t, name, ...given } = await collect(c, c.req.valid('query').locale)
        await recordTaken(c, 'bcf')
        return send(c, pointsBcf(given, t), 'application/octet-stream', name('bcf'))
      },
    )
}
