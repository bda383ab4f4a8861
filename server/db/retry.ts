/** How often a transaction is tried before its failure is everybody's. */
const tries = 12

/**
 * Runs a transaction again when it failed only because of what others did at the same moment: with a snapshot
 * (`repeatable read`), because somebody changed a row that it was to lock. Waits a little longer each time.
 */
export async function retried<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one try after the other
      return await transaction()
    } catch (error) {
      if (!isSerializationFailure(error) || attempt === tries) throw error
      // oxlint-disable-next-line no-await-in-loop -- of two who met, one comes first the next time
      await new Promise((done) => setTimeout(done, Math.random() * 10 * attempt))
    }
  }
}

const isSerializationFailure = (error: unknown): boolean => {
  const { code, cause } = error as { code?: string; cause?: { code?: string } }
  return (cause?.code ?? code) === '40001'
}
