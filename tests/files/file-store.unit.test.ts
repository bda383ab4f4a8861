import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openFileStore } from '../../server/files/folder-store.ts'
import { fileStoreContract } from '../helpers/files/file-store-contract.ts'
import { memoryStore } from '../helpers/files/memory-store.ts'

const newFolder = () => mkdtemp(join(tmpdir(), 'countersign-files-'))
const unfinishedIn = (folder: string) => readdir(join(folder, 'unfinished'))

fileStoreContract('a folder', async () => {
  const folder = await newFolder()
  return {
    store: await openFileStore(folder),
    unfinished: async () => (await unfinishedIn(folder)).length,
    async goAway() {
      await rename(folder, `${folder}-away`)
      await mkdir(folder)
      return async () => {
        await rm(folder, { recursive: true })
        await rename(`${folder}-away`, folder)
      }
    },
    close: () => rm(folder, { recursive: true }),
  }
})

fileStoreContract('memory', async () => {
  const { store, unfinished, setAway } = memoryStore()
  const goAway = async () => {
    setAway(true)
    return async () => setAway(false)
  }
  return { store, unfinished: async () => unfinished(), goAway, close: async () => {} }
})

test('what a crash left unfinished is gone at the next start', async () => {
  const folder = await newFolder()
  await openFileStore(folder)
  await writeFile(join(folder, 'unfinished', 'half'), 'half a file')
  await openFileStore(folder)
  expect(await unfinishedIn(folder)).toEqual([])
  await rm(folder, { recursive: true })
})
