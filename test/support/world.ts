import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2, Context, DynamoDBBatchResponse, DynamoDBStreamEvent, SNSEvent } from 'aws-lambda';
import * as manifest from '../../functions/manifest.ts';
import { createTables, type LocalTables, localTables } from '../../local/create-tables.ts';
import type { FaultyService } from '../../local/inbox/faults.ts';
import { LAPTOP_TOPIC } from '../../local/inbox/mail-events.ts';
import type { FeedbackOrder } from '../../local/inbox/mail-fate.ts';
import { startInbox } from '../../local/inbox/start-inbox.ts';
import type { Contract, TableName } from '../../shared/contract/contract.ts';
import { processRuntime, type Runtime } from '../../shared/lambda/runtime.ts';
import { makeLog } from '../../shared/observability/log.ts';
import {
  CALLER_SECRETS_VARIABLE,
  CANARY_ACCOUNT_VARIABLE,
  CANARY_ADDRESS_VARIABLE,
  CAPTCHA_SECRET_VARIABLE,
  CONFIGURATION_SET_VARIABLE,
  DEAD_LETTERS_VARIABLE,
  KEYRING_VARIABLE,
  METRICS_VARIABLE,
  SETTINGS_VARIABLE,
  TABLE_VARIABLES,
  TOPIC_VARIABLE,
} from '../../shared/settings/config.ts';
import { parseSettings, type Settings, type SettingsInput } from '../../shared/settings/settings.ts';
import { writeKeyPlaces } from '../../shared/settings/trusted-caller-settings.ts';
import { startBareDynamo } from './bare-dynamo.ts';
import { type DynamoProxy, startDynamoProxy } from './dynamo-proxy.ts';
import { type FakeClock, makeFakeClock } from './fake-clock.ts';
import { loadEvent } from './load-event.ts';
import { connectPlainDynamo, type PlainDynamo } from './plain-dynamo.ts';
import { testKeyringFile } from './test-keyring.ts';

/** An answer as a client sees it. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** Parsed JSON, otherwise text. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any;
  text: string;
  /** As `Set-Cookie` has them; absent where there is none. */
  cookies?: string[];
}

/** A mail as the inbox returns it. */
export interface Mail {
  id: string;
  to: string;
  from: string;
  subject: string;
  text: string;
  html: string;
}

/** CloudWatch namespace of a world's metrics. */
export const METRICS_NAMESPACE = 'Keyturn/test';
/** The version of each function, as Lambda numbers those that are published. */
export const FUNCTION_VERSION = '7';

/** The canary's account in every world: the end of a stack's id. */
export const CANARY_ACCOUNT_ID = '51af3dc0-da77-11e4-872e-1234567890ab';

const HUGE = { max: 1_000_000, windowSeconds: 3600 };
/** Limits that no suite reaches. */
export const UNLIMITED = { perIdentifier: HUGE, perSource: HUGE, global: HUGE };

/** The same of a flow that counts no address. */
export const UNLIMITED_BUT_FOR_AN_ADDRESS = { perSource: HUGE, global: HUGE };

const BASE_SETTINGS: SettingsInput = {
  productName: 'Bookshelf',
  sender: 'no-reply@bookshelf.example',
  publicUrl: 'https://auth.bookshelf.example',
  limits: {
    signUp: UNLIMITED,
    signIn: UNLIMITED,
    requestRecovery: UNLIMITED,
    requestSignInLink: UNLIMITED_BUT_FOR_AN_ADDRESS,
    requestVerification: UNLIMITED,
    accountVerification: UNLIMITED,
    ownerVerification: UNLIMITED,
    mailToMailbox: UNLIMITED.perIdentifier,
  },
  signIn: { codesPerAccount: UNLIMITED.perIdentifier },
  emailChange: { perAccount: UNLIMITED.perIdentifier, perMailbox: UNLIMITED.perIdentifier },
};

/** Cheaper than any operator may choose, and all the same where the test isn't about the cost: a suite hashes hundreds of passwords. */
const CHEAP_HASHES: Settings['passwords']['argon2'] = { memoryKiB: 64, iterations: 1, parallelism: 1 };

/** The runtime of a function, in which a hash costs what it costs when deployed, or next to nothing. */
const runtimeOf = (contract: Contract, hashesAsDeployed: boolean): Runtime => {
  const runtime = processRuntime(contract);
  if (hashesAsDeployed) return runtime;
  const { config } = runtime;
  const passwords = { ...config.settings.passwords, argon2: CHEAP_HASHES };
  return { ...runtime, config: { ...config, settings: { ...config.settings, passwords } } };
};

type Wired = (event: unknown, context: Context) => Promise<unknown>;

const CONTEXT = { awsRequestId: 'test', getRemainingTimeInMillis: () => 30_000 } as Context;

const asAnswer = (result: unknown): Answer => {
  const {
    statusCode,
    headers = {},
    body = '',
    cookies,
  } = result as { statusCode: number; headers?: Record<string, string>; body?: string; cookies?: string[] };
  const json = (headers['content-type']?.includes('json') ?? false) && headers['content-encoding'] === undefined;
  return {
    status: statusCode,
    headers,
    text: body,
    body: json && body ? JSON.parse(body) : body,
    ...(cookies && { cookies }),
  };
};

/** Everything that a suite needs: database, inbox, every handler as deployed, and a fake clock. */
export interface World {
  clock: FakeClock;
  proxy: DynamoProxy;
  /** Past the proxy. */
  database: PlainDynamo;
  tables: LocalTables;
  inboxUrl: string;
  /** One line of JSON for each dead letter; created with the first. */
  deadLettersFile: string;
  /** This world's own keyring; a suite may rotate it. */
  keyringFile: string;
  /** Every line that the handlers have logged. */
  logs: string[];
  /** Calls a flow's handler with an event. */
  call(flow: string, event: APIGatewayProxyEventV2): Promise<Answer>;
  /** Calls a stream's handler. */
  stream(flow: string, event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse>;
  /** Calls a schedule's handler. @throws where the run failed */
  run(flow: string): Promise<void>;
  /** Passes every waiting intent to deliver-messages, as the stream would. @returns how many failed */
  deliver(): Promise<number>;
  /** Calls record-feedback with an event, as its topic would. */
  tell(event: unknown): Promise<void>;
  /** Passes what SES has told of mail to record-feedback, as the topic would. @returns it */
  hear(): Promise<SNSEvent[]>;
  mailsTo(address: string): Promise<Mail[]>;
  setFault(fault: {
    service: FaultyService;
    next: number;
    error?: string;
    reason?: string;
    feedback?: FeedbackOrder;
  }): Promise<void>;
  /** Every row of a table. */
  rows(table: TableName): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/**
 * Makes a world of its own for a suite.
 *
 * @param settings what differs from the suite's usual
 * @param deadLetters where they go; a file of this world's own unless given
 * @param captchaSecret what is stored as the secret of the captchas' provider; nothing unless given
 * @param canaryAddress what the canary calls; nothing listens there unless given (canary-world.ts)
 * @param callerSecrets what is stored as the secrets of trusted callers, by key
 * @param hashesAsDeployed for a suite that looks at how passwords are hashed
 * @param rootSecret of the keyring, base64url, where rows are read that were made under it elsewhere
 */
export const startWorld = async ({
  settings = {},
  deadLetters,
  captchaSecret,
  canaryAddress = 'http://127.0.0.1:1',
  callerSecrets = {},
  hashesAsDeployed = false,
  rootSecret,
}: {
  settings?: Partial<SettingsInput>;
  deadLetters?: string;
  captchaSecret?: string;
  canaryAddress?: string;
  callerSecrets?: Readonly<Record<string, string>>;
  hashesAsDeployed?: boolean;
  rootSecret?: string;
} = {}): Promise<World> => {
  const embedded = await startBareDynamo();
  const told: SNSEvent[] = [];
  const inbox = await startInbox({ port: 0, dataDirectory: null, hear: (event) => void told.push(event) });
  const proxy = await startDynamoProxy(embedded.endpoint);
  const scratch = mkdtempSync(join(tmpdir(), 'keyturn-test-'));
  const tables = localTables('test');
  const keyringFile = await testKeyringFile(scratch, rootSecret);
  const captchaSecretFile = join(scratch, 'captcha-secret');
  const deadLettersFile = join(scratch, 'dead-letters.jsonl');
  if (captchaSecret !== undefined) writeFileSync(captchaSecretFile, captchaSecret);
  const callerPlaces = Object.entries(callerSecrets).map(([keyId, secret], index) => {
    const file = join(scratch, `caller-secret-${index}`);
    writeFileSync(file, secret);
    return [keyId, pathToFileURL(file).href] as const;
  });
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_DYNAMODB: proxy.endpoint,
    AWS_ENDPOINT_URL_SES: inbox.url,
    AWS_ENDPOINT_URL_SESV2: inbox.url,
    AWS_ENDPOINT_URL_SNS: inbox.url,
    AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2: inbox.url,
    [SETTINGS_VARIABLE]: JSON.stringify(parseSettings({ ...BASE_SETTINGS, ...settings })),
    [METRICS_VARIABLE]: METRICS_NAMESPACE,
    [KEYRING_VARIABLE]: pathToFileURL(keyringFile).href,
    [CONFIGURATION_SET_VARIABLE]: 'test',
    [CAPTCHA_SECRET_VARIABLE]: pathToFileURL(captchaSecretFile).href,
    [CALLER_SECRETS_VARIABLE]: writeKeyPlaces(callerPlaces),
    [TOPIC_VARIABLE]: LAPTOP_TOPIC,
    [CANARY_ACCOUNT_VARIABLE]: CANARY_ACCOUNT_ID,
    [CANARY_ADDRESS_VARIABLE]: canaryAddress,
    [DEAD_LETTERS_VARIABLE]: deadLetters ?? pathToFileURL(deadLettersFile).href,
    ...Object.fromEntries((Object.keys(tables) as TableName[]).map((table) => [TABLE_VARIABLES[table], tables[table]])),
  });
  const direct = new DynamoDBClient({ endpoint: embedded.endpoint });
  await createTables(direct, tables);
  direct.destroy();
  const database = connectPlainDynamo(embedded.endpoint);

  const clock = makeFakeClock();
  const logs: string[] = [];
  const log = makeLog({
    write: (line) => logs.push(line),
    nowMs: clock.nowMs,
    metricsNamespace: METRICS_NAMESPACE,
    version: FUNCTION_VERSION,
  });
  const handlers = new Map<string, Wired>();
  for (const contract of Object.values(manifest) as Contract[]) {
    if (contract.trigger === 'rotation' || contract.trigger === 'authorizer') continue; // their secrets don't belong to this world
    const module = (await import(`../../functions/${contract.flow}/handler.ts`)) as { wire(runtime: Runtime): Wired };
    handlers.set(contract.flow, module.wire({ ...runtimeOf(contract, hashesAsDeployed), clock, log }));
  }

  const invoke = (flow: string, event: unknown): Promise<unknown> => {
    const handler = handlers.get(flow);
    if (!handler) throw new Error(`no flow ${flow}`);
    return handler(event, CONTEXT);
  };

  const rows: World['rows'] = (table) => database.scan(tables[table]);

  const stream: World['stream'] = (flow, event) => invoke(flow, event) as Promise<DynamoDBBatchResponse>;

  return {
    clock,
    proxy,
    database,
    tables,
    logs,
    rows,
    stream,
    inboxUrl: inbox.url,
    keyringFile,
    deadLettersFile,
    run: async (flow) => void (await invoke(flow, {})),
    call: async (flow, event) => asAnswer(await invoke(flow, event)),
    deliver: async () => {
      const [record] = loadEvent<DynamoDBStreamEvent>('deliver-messages/one-insert').Records;
      const passed = new Set<unknown>();
      let failed = 0;
      // A delivery may ask for another message, of which the stream tells as well.
      for (;;) {
        const waiting = (await rows('outbox')).filter(({ pk }) => !passed.has(pk));
        if (waiting.length === 0) return failed;
        for (const { pk } of waiting.toSorted((a, b) => Number(a.requestedAtMs) - Number(b.requestedAtMs))) {
          passed.add(pk);
          const Keys = { pk: { S: String(pk) }, sk: { S: 'INTENT' } };
          const event = { Records: [{ ...record, dynamodb: { ...record?.dynamodb, Keys } }] } as DynamoDBStreamEvent;
          failed += (await stream('deliver-messages', event)).batchItemFailures.length;
        }
      }
    },
    tell: async (event) => void (await invoke('record-feedback', event)),
    hear: async () => {
      const events = told.splice(0);
      for (const event of events) await invoke('record-feedback', event);
      return events;
    },
    mailsTo: async (address) =>
      (await (await fetch(`${inbox.url}/messages?to=${encodeURIComponent(address)}`)).json()) as Mail[],
    setFault: async (fault) => {
      await fetch(`${inbox.url}/faults`, {
        method: 'PUT',
        body: JSON.stringify(fault),
        headers: { 'content-type': 'application/json' },
      });
    },
    close: async () => {
      database.close();
      await Promise.all([proxy.close(), inbox.close()]);
      await embedded.close();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
};
