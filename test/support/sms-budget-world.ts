import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { createTables, localTables } from '../../local/create-tables.ts';
import { connectDynamo } from '../../shared/aws/connect-dynamo.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import { rowStamp } from '../../shared/aws/row.ts';
import type { SmsRequester } from '../../shared/contract/sms-requester.ts';
import { makeKeyring } from '../../shared/keyring/keyring.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { makeSmsBudget, type SmsBudget, type SmsSpend, type SmsToSend } from '../../shared/sms/sms-budget.ts';
import { type SmsBudgetNumbers, toMicroUsd, utcDay } from '../../shared/sms/sms-budget-policy.ts';
import { budgetRow } from '../../shared/sms/sms-rules.ts';
import { startBareDynamo } from './bare-dynamo.ts';
import { type DynamoProxy, startDynamoProxy } from './dynamo-proxy.ts';
import { type FakeClock, makeFakeClock } from './fake-clock.ts';
import { testKeyringFile } from './test-keyring.ts';

/** Limits that no test reaches by accident. A segment to Austria costs 0.1, so a budget of 1 pays for ten. */
const NUMBERS: SmsBudgetNumbers = {
  countries: ['AT', 'DE'],
  dailyBudgetUsd: 1000,
  reserved: { owners: 0, accounts: 0 },
  pricesUsd: { AT: 0.1 },
  fallbackPriceUsd: 0.3,
  breaker: { windowSeconds: 3600, minimumSent: 1000, minimumVerifiedRatio: 0.2 },
};

/** Result of an allowed SMS without a stage to report. */
export const SENT: SmsSpend = { refusedBy: null, crossedPercent: null };

/** Result of an SMS that a rule refuses. */
export const refusedBy = (rule: SmsSpend['refusedBy']): SmsSpend => ({ refusedBy: rule, crossedPercent: null });

/** Number of allowed SMS. */
export const allowed = (outcomes: readonly SmsSpend[]): number =>
  outcomes.filter((one) => one.refusedBy === null).length;

/** What a UTC day has cost: in all, by strangers and accounts, and by strangers. In US dollars. */
export const spentRow = (
  nowSeconds: number,
  { all, unproven = 0, anonymous = 0 }: { all: number; unproven?: number; anonymous?: number },
): Record<string, unknown> => {
  const { name, endsAtEpochSeconds } = utcDay(nowSeconds);
  return {
    ...budgetRow.key(name),
    ...rowStamp,
    spentMicroUsd: toMicroUsd(all),
    unprovenMicroUsd: toMicroUsd(unproven),
    anonymousMicroUsd: toMicroUsd(anonymous),
    expiresAtEpochSeconds: endsAtEpochSeconds,
  };
};

let used = 0;

/** An SMS to Austria, to a number and block of its own. @param changes what differs */
export const sms = (changes: Partial<SmsToSend> = {}): SmsToSend => {
  used += 1;
  const e164 = `+4366${String(used % 10_000).padStart(4, '0')}12345`;
  return { to: { e164, country: 'AT' }, requestedBy: 'anyone', segments: 1, intentId: `intent-${used}`, ...changes };
};

/** SMS to different numbers and blocks. */
export const several = (count: number): SmsToSend[] => Array.from({ length: count }, () => sms());

/** Reserves one after another. */
export const spendAll = async (budget: SmsBudget, all: readonly SmsToSend[]): Promise<SmsSpend[]> => {
  const outcomes: SmsSpend[] = [];
  for (const one of all) outcomes.push(await budget.spend(one));
  return outcomes;
};

/** A budget with tables of its own. */
interface OpenBudget {
  budget: SmsBudget;
  clock: FakeClock;
  dynamo: Dynamo;
  /** Verifies a code that was sent to Austria. @param requestedBy `anyone` unless given */
  verify(requestedBy?: SmsRequester): Promise<void>;
  rows(): Promise<Record<string, unknown>[]>;
  /** The row with this key prefix. */
  row(keyPrefix: string): Promise<Record<string, unknown> | undefined>;
}

/** A database, and budgets in it, for suites about the SMS budget. */
export interface SmsBudgetWorld {
  proxy: DynamoProxy;
  /** @param changes which limits differ from the generous ones */
  open(changes?: Partial<SmsBudgetNumbers>): Promise<OpenBudget>;
  close(): Promise<void>;
}

export const startSmsBudgetWorld = async (): Promise<SmsBudgetWorld> => {
  const before = { ...process.env };
  const scratch = mkdtempSync(join(tmpdir(), 'keyturn-test-'));
  const embedded = await startBareDynamo();
  const proxy = await startDynamoProxy(embedded.endpoint);
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_DYNAMODB: proxy.endpoint,
  });
  const direct = new DynamoDBClient({ endpoint: embedded.endpoint });
  const keyring = makeKeyring(JSON.parse(readFileSync(await testKeyringFile(scratch), 'utf8')));
  let opened = 0;

  return {
    proxy,
    open: async (changes = {}) => {
      opened += 1;
      const tables = localTables(`budget-${opened}`);
      await createTables(direct, tables);
      const clock = makeFakeClock();
      const dynamo = connectDynamo({ config: { tables }, clock, randomness: csprng });
      const rows = async () =>
        ((await direct.send(new ScanCommand({ TableName: tables.tokens }))).Items ?? []).map((item) =>
          unmarshall(item),
        );
      const budget = makeSmsBudget({ numbers: { ...NUMBERS, ...changes }, dynamo, keyring, clock });
      return {
        budget,
        clock,
        dynamo,
        verify: async (requestedBy = 'anyone') => {
          await dynamo.transact([budget.verifiedWrite({ country: 'AT', requestedBy })]);
        },
        rows,
        row: async (keyPrefix) => (await rows()).find(({ pk }) => String(pk).startsWith(keyPrefix)),
      };
    },
    close: async () => {
      process.env = before;
      direct.destroy();
      await proxy.close();
      await embedded.close();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
};
