import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../../shared/primitives/clock.ts';
import { DataDirectoryInUse } from '../data-directory.ts';
import { fileTrouble } from '../file-trouble.ts';
import type { CallTool } from './answer-operation.ts';
import { DatabaseDamaged, isOpenElsewhere, prepareDatabaseFile } from './database-file.ts';
import { DynoxideEnded, type DynoxideProcess, startDynoxide } from './dynoxide-process.ts';

/** A database that ends more often than this within the window is given up. */
const RESTARTS_MAX = 3;
const RESTARTS_WINDOW_MS = 60_000;

/** SQLite's messages for contradicting pages (SQLITE_CORRUPT, SQLITE_NOTADB). */
const DAMAGED = /database disk image is malformed|file is not a database/;

/** How long the database of a service that was killed may take to notice that its pipe is closed. */
const ENDS_WITHIN_MS = 5000;
const LOOKS_EVERY_MS = 100;

/**
 * Keeps a second service away from the database of a first one whose lock file was removed.
 *
 * @throws DataDirectoryInUse
 */
const waitUntilFree = async (databaseFile: string): Promise<void> => {
  for (let looks = 0; isOpenElsewhere(databaseFile); looks += 1) {
    if (looks * LOOKS_EVERY_MS >= ENDS_WITHIN_MS) {
      throw new DataDirectoryInUse({ what: `Another Keyturn or another program has ${databaseFile} open` });
    }
    await setTimeout(LOOKS_EVERY_MS);
  }
};

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
 * Starts the database, and starts it again when it ends: what was acknowledged is in the file. It gives up where it ends again
 * and again, or its file is damaged or can't be used.
 *
 * @param hadTables says whether the file must be there with what was stored
 * @param report takes a line for the operator
 * @throws DataDirectoryInUse, NoEmbeddedDynamo, DatabaseDamaged, DynoxideEnded, or what opening the file throws
 */
export const superviseDynoxide = async ({
  databaseFile,
  hadTables,
  report,
  clock,
}: {
  databaseFile: string;
  hadTables: () => boolean;
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

  const start = async (beforeOpening = async (): Promise<void> => undefined): Promise<void> => {
    prepareDatabaseFile(databaseFile, hadTables);
    await beforeOpening();
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

  await start(() => waitUntilFree(databaseFile));
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
