/** One figure of a result. `isCompared`: its ratio to the best of the others is printed beside it; less is better. */
export interface Column<Result> {
  head: string
  value: (result: Result) => number | string
  isCompared?: boolean
}

/** A Markdown table, a line for each server. */
export function printTable<Result>(
  title: string,
  columns: Column<Result>[],
  results: { name: string; result: Result }[],
): string {
  const lines = results.map(({ name, result }) => [
    name,
    ...columns.map((column) =>
      cell(
        column,
        result,
        results.filter((one) => one.result !== result),
      ),
    ),
  ])
  const head = ['', ...columns.map((column) => column.head)]
  const rows = [head, head.map(() => '---'), ...lines]
  return [`\n${title}\n`, ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n')
}

function cell<Result>(column: Column<Result>, result: Result, others: { result: Result }[]): string {
  const value = column.value(result)
  if (typeof value === 'string') return value
  const shown = value.toFixed(Math.abs(value) < 100 ? 2 : 0)
  const best = Math.min(...others.map((one) => Number(column.value(one.result))))
  // a difference in memory may come out as nothing or less: there is no ratio to that
  const isComparable = column.isCompared && Number.isFinite(best) && best > 0 && value > 0
  return isComparable ? `${shown} (×${(value / best).toFixed(2)})` : shown
}
