/**
 * Does something during which what is written to the standard output waits: functions begin as in Lambda while the service starts, and
 * its first lines are for the person at the terminal.
 *
 * @returns what came of it, and what waits
 * @throws what it throws; then what waits is written before
 */
export const holdingOutput = async <T>(something: () => Promise<T>): Promise<{ result: T; held: string }> => {
  const { stdout } = process;
  const { write } = stdout;
  let held = '';
  stdout.write = (chunk: string | Uint8Array): boolean => {
    held += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return true;
  };
  try {
    return { result: await something(), held };
  } catch (error) {
    write.call(stdout, held);
    throw error;
  } finally {
    stdout.write = write;
  }
};
