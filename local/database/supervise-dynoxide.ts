import type { Clock } from '../../shared/primitives/clock.ts';
import { fileTrouble } from '../file-trouble.ts';
import type { CallTool } from './answer-operation.ts';
import { DatabaseDamaged, prepareDatabaseFile } from './database-file.ts';
import { DynoxideEnded, type DynoxideProcess, startDynoxide } from './dynoxide-process.ts';

/** A database that ends more often than this within the window is given up. */
const RESTARTS_MAX = 3;
const RESTARTS_WINDOW_MS = 60_000;

/** SQLite's messages for contradicting pages (SQLITE_CORRUPT, SQLITE_NOTADB). */
const DAMAGED = /database disk image is malformed|file is not a database/;

/** The database has ended and is not restarted; the message says why. */
export class DatabaseLost extends Error {
  override readonly name = 'DatabaseLost';
}

/** The embedded database, restarted when it ends. */
export interface SupervisedDynoxide {
  /**
   * Runs one piece of work at a time.
   *
   * @param isWanted asked right before it runs: a write whose caller has timed out, and perhaps retried, is skipped
   * @returns `null` where it was skipped
   * @throws DynoxideEnded, DatabaseLost or DatabaseDamaged
   */
  runExclusive<Result>(work: (callTool: CallTool) => Promise<Result>, isWanted: () => boolean): Promise<Result | null>;
  /** Resolves when the database is given up. */
  lost: Promise<DatabaseLost | DatabaseDamaged>;
  close(): Promise<void>;
}

/**
 * Starts the database, and restarts it when it ends: acknowledged writes are in the file. It gives up when the database
 * ends repeatedly, or when its file is damaged or unusable.
 *
 * @param report takes a line for the operator
 * @throws NoEmbeddedDynamo, DatabaseDamaged, DynoxideEnded, or what opening the file throws
 */
export const superviseDynoxide = async ({
  databaseFile,
  report,
  clock,
}: {
  databaseFile: string;
  report: (line: string) => void;
  clock: Clock;
}): Promise<SupervisedDynoxide> => {
  const lost = Promise.withResolvers<DatabaseLost | DatabaseDamaged>();
  let reason: DatabaseLost | DatabaseDamaged | null = null;
  let isClosing = false;
  let endedAtMs: number[] = [];
  let lastFault = '';
  let running: Promise<DynoxideProcess>;

  const giveUp = (why: DatabaseLost | DatabaseDamaged): void => {
    reason ??= why;
    lost.resolve(reason);
  };

  const start = async (): Promise<void> => {
    prepareDatabaseFile(databaseFile);
    running = startDynoxide(databaseFile);
    const { ended } = await running;
    void ended.then(startAgain);
  };

  const startAgain = async (how: string): Promise<void> => {
    if (isClosing || reason) return;
    const nowMs = clock.nowMs();
    endedAtMs = [...endedAtMs.filter((atMs) => nowMs - atMs < RESTARTS_WINDOW_MS), nowMs];
    if (endedAtMs.length > RESTARTS_MAX) {
      const times = `${endedAtMs.length} times within ${RESTARTS_WINDOW_MS / 1000} s`;
      giveUp(
        new DatabaseLost(
          `The embedded database ended ${times} (${how}), so the service ends too. What was acknowledged is kept in ${databaseFile}.`,
        ),
      );
      return;
    }
    report(`The embedded database ended (${how}) and is started again. What was acknowledged is kept.`);
    try {
      await start();
    } catch (error) {
      if (error instanceof DynoxideEnded) return startAgain(error.how);
      const why = `The embedded database ended and can't be started again: ${databaseFile}: ${fileTrouble(error)}.`;
      giveUp(error instanceof DatabaseDamaged ? error : new DatabaseLost(why));
    }
  };

  /** SQLite's messages contain no row. */
  const noteFault = (message: string): void => {
    if (message !== lastFault) report(`The embedded database failed: ${message}`);
    lastFault = message;
    if (DAMAGED.test(message)) giveUp(new DatabaseDamaged({ databaseFile, reason: message }));
  };

  const callTool: CallTool = async (name, toolArguments) => {
    if (reason) throw reason;
    const answer = await (await running).callTool(name, toolArguments);
    if (!answer.ok && answer.errorType === 'InternalServerError') noteFault(answer.message);
    return answer;
  };

  await start();
  let lastWork: Promise<unknown> = Promise.resolve();
  return {
    runExclusive: (work, isWanted) => {
      const result = lastWork.then(() => (isWanted() ? work(callTool) : null));
      lastWork = result.catch(() => undefined);
      return result;
    },
    lost: lost.promise,
    close: async () => {
      isClosing = true;
      await lastWork;
      await running.then(
        ({ stop }) => stop(),
        () => undefined, // it didn't start, so there is nothing to stop
      );
    },
  };
};
