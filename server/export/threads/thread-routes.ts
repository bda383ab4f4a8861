import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { locales, type Locale } from '../../../shared/accounts.ts'
import type { Database } from '../../db/database.ts'
import type { LargeReplies } from '../../http/limits/large-replies.ts'
import { requesterOf } from '../../http/requester.ts'
import { convert } from '../../conversions/convert.ts'
import { packList } from '../../conversions/packed-list.ts'
import type { Converter } from '../../conversions/task.ts'
import { ofConversion } from '../../http/refusals.ts'
import { declareRoute, feature, type Env } from '../../http/route.ts'
import { listMembers } from '../../projects/members.ts'
import { readProject } from '../../projects/projects.ts'
import { listResources } from '../../resources/resources.ts'
import { listThreadSizes, threadsInParts } from '../../review/large-lists.ts'
import { actorOf, recordAct } from '../../trail/append.ts'
import { download, keptAs, tidyName } from '../download.ts'
import { threadsFile, threadsTask, type ThreadsJob } from './threads-file.ts'
import { wordingIn } from '../wording.ts'

const request = {
  params: z.object({ projectId: z.string() }),
  query: z.object({ locale: z.enum(locales).optional() }),
}
const sheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

interface Needs {
  database: Database
  converter: Converter
  largeReplies: LargeReplies
}

/** Every point of a project as a file, in the language that is asked for, else in that of whoever asks. Drafts stay out. */
export function threadExportRoutes({ database, converter, largeReplies }: Needs) {
  async function hand(c: Context<Env>, format: ThreadsJob['format'], type: string, asked?: Locale) {
    const { projectId } = c.var.scope
    const kept = await listThreadSizes(database, projectId)
    const locale = asked ?? c.var.user.locale
    const project = await readProject(database, projectId)
    const name = `${tidyName(project.name)} ${wordingIn(locale)('point.file')}.${format}`
    const cost = { read: kept.bytes, held: kept.bytes }
    return largeReplies.file(c, cost, keptAs(type, name), async () => {
      const [threads, resources, members] = await Promise.all([
        packList(threadsInParts(database, projectId, kept)),
        listResources(database, projectId),
        listMembers(database, projectId),
      ])
      const job = { format, locale, project, points: threads, resources, members }
      const size = kept.bytes + (resources.length + members.length) * 200
      const bytes = await convert(converter, threadsTask, threadsFile, job, size, requesterOf(c))
      await recordAct(c.var.database, projectId, {
        actor: actorOf(c.var),
        action: 'points.exported',
        details: { format },
      })
      return bytes
    })
  }
  return feature('Export')
    .openapi(
      declareRoute('project.export', {
        method: 'get',
        path: '/api/projects/{projectId}/threads.csv',
        operationId: 'downloadThreadsAsCsv',
        summary: 'Download the points as CSV',
        refusals: ofConversion,
        request,
        responses: download('text/csv', 'UTF-8 with a byte order mark'),
      }),
      (c) => hand(c, 'csv', 'text/csv; charset=utf-8', c.req.valid('query').locale),
    )
    .openapi(
      declareRoute('project.export', {
        method: 'get',
        path: '/api/projects/{projectId}/threads.xlsx',
        operationId: 'downloadThreadsAsExcel',
        summary: 'Download the points as an Excel workbook',
        refusals: ofConversion,
        request,
        responses: download(sheetType, 'An Excel workbook'),
      }),
      (c) => hand(c, 'xlsx', sheetType, c.req.valid('query').locale),
    )
    .openapi(
      declareRoute('project.export', {
        method: 'get',
        path: '/api/projects/{projectId}/threads.bcf',
        operationId: 'downloadThreadsAsBcf',
        summary: 'Download the points as BCF',
        refusals: ofConversion,
        request,
        responses: download('application/octet-stream', 'BCF 3.0: a topic a point'),
      }),
      (c) => hand(c, 'bcf', 'application/octet-stream', c.req.valid('query').locale),
    )
}
