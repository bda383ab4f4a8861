import { compilerIn } from '../../../server/export/print/print.ts'

// What of the code that it is given the compiler runs, in a process that has the environment which it is started with.

const { workspace, codes } = JSON.parse(process.argv[2]!) as { workspace: string; codes: string[] }
const compiler = compilerIn(workspace)
const run = codes.filter((mainFileContent) => !compiler.compile({ mainFileContent }).hasError())
process.stdout.write(JSON.stringify(run))
