import { sql } from 'drizzle-orm'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asOwner, createTestDatabase, type TestDatabase } from '../helpers/db/database.ts'

let own: TestDatabase
beforeAll(async () => (own = await createTestDatabase()))
afterAll(() => own.drop())

/** The code that PostgreSQL refuses a statement of the role that serves with; null when it does it. */
async function refusal(statement: string): Promise<string | null> {
  const client = new pg.Client(own.connection)
  await client.connect()
  try {
    await client.query(statement)
    return null
  } catch (failure) {
    return (failure as { code: string }).code
  } finally {
    await client.end()
  }
}

const tables = async (): Promise<string[]> => {
  const { rows } = await asOwner(own.database).execute<{ name: string }>(
    sql`select table_name as name from information_schema.tables where table_schema = 'public' order by 1`,
  )
  return rows.map(({ name }) => name)
}

describe('security 35: the role that serves', () => {
  test('reads and writes rows of every table, and is no more than that', async () => {
    const names = await tables()
    expect(names.length).toBeGreaterThan(30)
    const { rows } = await own.database.execute(sql`
      select rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,
        (select count(*)::int from pg_auth_members where member = pg_roles.oid) as memberships
      from pg_roles where rolname = current_user`)
    expect(rows).toEqual([
      {
        rolsuper: false,
        rolcreaterole: false,
        rolcreatedb: false,
        rolreplication: false,
        rolbypassrls: false,
        memberships: 0,
      },
    ])
    const { rows: allowed } = await own.database.execute<{ name: string; may: string[] }>(sql`
      select table_name as name, array_agg(privilege_type::text order by privilege_type) as may
      from information_schema.table_privileges
      where grantee = current_user and table_schema = 'public' group by 1 order by 1`)
    expect(allowed.map(({ name }) => name)).toEqual(names)
    for (const { name, may } of allowed) expect(may, name).toEqual(['DELETE', 'INSERT', 'SELECT', 'UPDATE'])
  })

  test.each([
    `alter table trail_entries disable trigger user`,
    `alter table signatures disable trigger all`,
    `set session_replication_role = replica`,
    `truncate trail_entries`,
    `truncate revisions cascade`,
    `drop table signatures`,
    `drop trigger signatures_kept on signatures`,
    `create or replace function refuse_change() returns trigger language plpgsql as 'begin return new; end'`,
    `create table public.mine (word text)`,
    `create trigger mine before insert on users for each row execute function refuse_change('x')`,
    `copy users to program 'cat'`,
    `copy users from '/etc/passwd'`,
    `select pg_read_file('postmaster.pid')`,
    `select pg_ls_dir('.')`,
    `select lo_import('/etc/passwd')`,
    `alter system set listen_addresses = '*'`,
    `alter role countersign_app superuser`,
    `create role mine`,
    `create extension dblink`,
    `set role countersign`,
    `select rolpassword from pg_authid`,
    `alter table trail_entries owner to countersign_app`,
  ])('may not: %s', async (statement) => {
    expect(await refusal(statement)).toBe('42501')
  })
})
