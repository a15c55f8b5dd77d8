import type { Act, Asked } from '../../scripts/account/commands.ts';
import { runAccount } from '../../scripts/account/run-account.ts';
import { makeDynamo } from '../../shared/aws/make-dynamo.ts';
import { openSdkDynamoClient } from '../../shared/aws/sdk-dynamo-client.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import type { World } from './world.ts';

/** Two identities, as AWS names them. */
export const ALICE = 'arn:aws:sts::123456789012:assumed-role/Support/alice';
export const BOB = 'arn:aws:sts::123456789012:assumed-role/Support/bob';

export const REASON = 'ticket 4711';

/** What the command has written, and whether it says that it is done. */
export interface Operated {
  isDone: boolean;
  /** The object of `--json`. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  answer: any;
  /** Lines for the operator's own log. */
  reports: Record<string, unknown>[];
  /** What a person was asked. */
  questions: string[];
}

const place = { kind: 'tables', tables: { accounts: '-', credentials: '-', tokens: '-', outbox: '-' } } as const;

/** Runs the command in a world, as an operator does with its credentials. @param by who AWS says it is */
export const operate = async (world: World, asked: Asked, by = ALICE): Promise<Operated> => {
  const said: string[] = [];
  const reports: string[] = [];
  const questions: string[] = [];
  const { clock, tables } = world;
  process.env.AWS_ENDPOINT_URL_DYNAMODB = world.proxy.endpoint; // another world may have been started since
  const dynamo = makeDynamo({ client: openSdkDynamoClient({ clock }), config: { tables }, randomness: csprng });
  const isDone = await runAccount({
    asked,
    place: { dynamo, clock, caller: async () => by },
    confirm: async (question) => {
      questions.push(question);
      return false;
    },
    say: (text) => said.push(text),
    report: (line) => reports.push(line),
  });
  return { isDone, answer: JSON.parse(said.join('\n')), reports: reports.map((line) => JSON.parse(line)), questions };
};

/** Does an act. */
export const act = (
  world: World,
  command: Act,
  accountId: string,
  {
    by = ALICE,
    factor = 'all' as const,
    graceDays = 7,
    reason = REASON,
  }: { by?: string; factor?: 'totp' | 'sms' | 'all'; graceDays?: number; reason?: string } = {},
): Promise<Operated> =>
  operate(world, { command, accountId, factor, graceDays, reason, yes: true, json: true, place }, by);

/** Finds accounts, or shows one. */
export const look = (
  world: World,
  command: 'find' | 'show',
  subject: string,
  until: string | null = null,
): Promise<Operated> => operate(world, { command, subject, until, json: true, place });

/** Tokens of the links that stop a reset of factors, in the messages to an address or number, the newest first. */
export const stopTokens = async (world: World, to: string): Promise<string[]> =>
  (await world.mailsTo(to)).flatMap(({ text }) => {
    const [, token] = /not-me[^#\s]*#link=([0-9A-Z]{26})/.exec(text) ?? [];
    return token === undefined ? [] : [token];
  });
