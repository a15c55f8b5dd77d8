import { systemClock } from '../shared/lambda/system-clock.ts';
import { errorName } from '../shared/primitives/error-name.ts';
import { csprng } from '../shared/primitives/randomness.ts';
import { answerOperation, type CallTool, type OperationAnswer } from './database/answer-operation.ts';
import type { DatabaseDamaged } from './database/database-file.ts';
import { DynoxideEnded } from './database/dynoxide-process.ts';
import { makeRequestTokens } from './database/request-tokens.ts';
import { type Answer, startDynamoEndpoint } from './database/start-dynamo-endpoint.ts';
import { type DatabaseLost, superviseDynoxide } from './database/supervise-dynoxide.ts';

const NO_ANSWER = JSON.stringify({
  __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError',
  message: 'The database did not answer',
});

/** Nothing was written, so the SDK may retry. */
const ASK_AGAIN = { status: 500, body: NO_ANSWER };

/**
 * The database ended during a write, which may be stored or not. The SDK retries 500, 502, 503 and 504, and a retry
 * could fail on the condition that its own first attempt changed. So this is another status, and the flow answers 503.
 */
const OUTCOME_UNKNOWN = { status: 501, body: NO_ANSWER };

const STORED_BEFORE = { status: 200, body: '{}' };

const READS = /^(?:Get|BatchGet|TransactGet|Query|Scan|Describe)/;

/** Errors that were reported to the operator already. */
const IS_TOLD: ReadonlySet<string> = new Set(['DynoxideEnded', 'DatabaseLost', 'DatabaseDamaged']);

/** A running embedded database. */
export interface EmbeddedDynamo {
  /** URL for the SDK's clients of this process; its path is a secret. */
  endpoint: string;
  /** Resolves when the database has ended for good; from then on every call gets a server error. */
  lost: Promise<DatabaseLost | DatabaseDamaged>;
  close(): Promise<void>;
}

/**
 * Starts the embedded DynamoDB, which this process alone reaches.
 *
 * @param databaseFile where rows are kept
 * @param hadTables says whether it must be there with what was stored; asked at each start of the database
 * @param report takes a line for the operator when the database fails, or ended and was started again
 * @throws NoEmbeddedDynamo, DatabaseDamaged, DynoxideEnded
 */
export const startEmbeddedDynamo = async ({
  databaseFile,
  hadTables = () => false,
  report = console.error,
}: {
  databaseFile: string;
  hadTables?: () => boolean;
  report?: (line: string) => void;
}): Promise<EmbeddedDynamo> => {
  const clock = systemClock;
  const database = await superviseDynoxide({ databaseFile, hadTables, report, clock });
  const tokens = makeRequestTokens({ clock });

  const answer: Answer = async (operation, request, isWanted) => {
    const { ClientRequestToken: token } = request;
    const work = async (callTool: CallTool): Promise<OperationAnswer> => {
      const before = tokens.outcomeOf(token);
      if (before) return before === 'stored' ? STORED_BEFORE : OUTCOME_UNKNOWN;
      const answered = await answerOperation({ operation, request, callTool });
      if (answered.status === 200) tokens.note(token, 'stored');
      return answered;
    };
    try {
      return (await database.runExclusive(work, isWanted)) ?? ASK_AGAIN;
    } catch (error) {
      if (!IS_TOLD.has(errorName(error))) report(`The embedded database can't be asked: ${errorName(error)}`);
      if (!(error instanceof DynoxideEnded) || READS.test(operation)) return ASK_AGAIN;
      tokens.note(token, 'unknown');
      return OUTCOME_UNKNOWN;
    }
  };

  const { endpoint, close } = await startDynamoEndpoint({ answer, randomness: csprng });
  return {
    endpoint,
    lost: database.lost,
    close: async () => {
      await close();
      await database.close();
    },
  };
};
