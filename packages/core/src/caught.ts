/** Runs something; gives its error, or nothing. */
export async function caught(work: () => unknown): Promise<unknown[]> {
  try {
    await work()
    return []
  } catch (error) {
    return [error]
  }
}
