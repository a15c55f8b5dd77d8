import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { connectDeadLetters } from '../functions/deliver-messages/connect-dead-letters.ts';
import { redriveRows } from '../scripts/redrive/redrive-rows.ts';
import { connectDynamo } from '../shared/aws/connect-dynamo.ts';
import type { TableName } from '../shared/contract/contract.ts';
import { makeLog } from '../shared/observability/log.ts';
import { makeRedriveIntent } from '../shared/outbox/redrive-intent.ts';
import type { Clock } from '../shared/primitives/clock.ts';
import { csprng } from '../shared/primitives/randomness.ts';
import {
  CALLER_SECRETS_VARIABLE,
  CAPTCHA_SECRET_VARIABLE,
  CONFIGURATION_SET_VARIABLE,
  DEAD_LETTERS_VARIABLE,
  DYNAMO_CLIENT_VARIABLE,
  KEYRING_VARIABLE,
  METRICS_VARIABLE,
  SETTINGS_VARIABLE,
  TABLE_VARIABLES,
  TOPIC_VARIABLE,
} from '../shared/settings/config.ts';
import type { Settings } from '../shared/settings/settings.ts';
import { writeKeyPlaces } from '../shared/settings/trusted-caller-settings.ts';
import { ensureCallerSecretFiles } from './caller-secret-files.ts';
import { ensureCaptchaSecretFile } from './captcha-secret-file.ts';
import { createTables, localTables, TABLE_PREFIX } from './create-tables.ts';
import { openDataDirectory } from './data-directory.ts';
import { writeDatabaseAddress } from './database-address.ts';
import { startEmbeddedDynamo } from './embedded-dynamo.ts';
import { startGateway } from './gateway/start-gateway.ts';
import { hasRows } from './has-rows.ts';
import { LAPTOP_TOPIC } from './inbox/mail-events.ts';
import { startInbox } from './inbox/start-inbox.ts';
import { ensureKeyringFile, KeyringUnusable } from './keyring-file.ts';
import { checkKeyringFingerprint } from './keyring-fingerprint.ts';
import { openLaptopClock } from './laptop-clock.ts';
import { laptopSettings } from './laptop-settings.ts';
import { loadHandlers } from './load-handlers.ts';
import { listeningAt } from './own-host.ts';
import { publicHost } from './public-host.ts';
import type { StartOptions } from './start-options.ts';
import { startSchedules } from './start-schedules.ts';
import { startStreamBridge } from './stream-bridge.ts';
import { makeTopicBridge } from './topic-bridge.ts';

const METRICS_NAMESPACE = 'Keyturn/laptop';

/** Of the inbox; it needs no name of its own. */
const CONFIGURATION_SET = 'laptop';

const LOST_KEYRING = 'it is not there, but the database has rows that were made with one';

/** A running service. */
export interface Service {
  apiUrl: string;
  inboxUrl: string;
  /** How far its clock was ahead of the machine's when it started. */
  aheadSeconds: number;
  /** Resolves when the embedded database has ended for good: requests get 503, and the service is to be closed. */
  lost: Promise<Error>;
  /** Ends everything that was started, in reverse order. */
  close(): Promise<void>;
}

/**
 * The environment of the functions, as a deployment would set it. A variable that is set is kept; an empty one counts
 * as unset, as for the SDK, which would call AWS itself.
 */
const setEnvironment = (values: {
  settings: Settings;
  keyringFile: string;
  captchaSecretFile: string;
  callerSecrets: string;
  deadLetters: string;
  dynamoEndpoint: string;
  inboxUrl: string;
}): void => {
  const tables = localTables(TABLE_PREFIX);
  for (const table of Object.keys(TABLE_VARIABLES) as TableName[]) process.env[TABLE_VARIABLES[table]] = tables[table];
  process.env[DYNAMO_CLIENT_VARIABLE] = values.settings.dynamo;
  process.env[SETTINGS_VARIABLE] = JSON.stringify(values.settings);
  process.env[METRICS_VARIABLE] = METRICS_NAMESPACE;
  process.env[CONFIGURATION_SET_VARIABLE] = CONFIGURATION_SET;
  process.env[TOPIC_VARIABLE] = LAPTOP_TOPIC;
  process.env[DEAD_LETTERS_VARIABLE] = values.deadLetters;
  process.env[KEYRING_VARIABLE] = pathToFileURL(values.keyringFile).href;
  process.env[CAPTCHA_SECRET_VARIABLE] = pathToFileURL(values.captchaSecretFile).href;
  process.env[CALLER_SECRETS_VARIABLE] = values.callerSecrets;
  process.env.AWS_ENDPOINT_URL_DYNAMODB = values.dynamoEndpoint;
  process.env.AWS_ENDPOINT_URL_SES ||= values.inboxUrl;
  process.env.AWS_ENDPOINT_URL_SESV2 ||= values.inboxUrl;
  process.env.AWS_ENDPOINT_URL_SNS ||= values.inboxUrl;
  process.env.AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2 ||= values.inboxUrl;
  process.env.AWS_REGION ||= 'eu-west-1';
  process.env.AWS_ACCESS_KEY_ID ||= 'laptop';
  process.env.AWS_SECRET_ACCESS_KEY ||= 'laptop';
};

/** Retries dead letters at each start, as `npm run redrive` does in AWS. */
const redriveSetAside = (client: DynamoDBClient, table: string, clock: Clock) => {
  const dynamo = connectDynamo({ config: { tables: { outbox: table } }, clock, randomness: csprng });
  const redriveIntent = makeRedriveIntent({ dynamo, clock, minimumAgeMs: 0 });
  return redriveRows({ client, table, redriveIntent, isMeant: ({ buriedAs }) => buriedAs !== undefined });
};

/** An external database is not supervised, so its end is never reported. */
const NEVER = new Promise<never>(() => undefined);

/**
 * Creates the tables in a database that the environment names.
 *
 * @throws Error that names the address where no database answers, or what createTables throws
 */
const createTablesAt = (endpoint: string, dynamo: DynamoDBClient) =>
  createTables(dynamo, localTables(TABLE_PREFIX)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined && error.name !== 'TimeoutError') throw error; // the database did answer, with an error
    throw new Error(
      `No DynamoDB answers at AWS_ENDPOINT_URL_DYNAMODB, ${new URL(endpoint).origin} (${error.code ?? error.name}). Start it, or leave the variable out.`,
    );
  });

/**
 * Starts the whole service: the API where the options say, the inbox and the database on 127.0.0.1.
 *
 * @throws DataDirectoryInUse, DataDirectoryUnusable, SettingsRefused, SettingsFileUnusable, KeyringUnusable, NoEmbeddedDynamo,
 * ClockUnusable, DatabaseDamaged, DatabaseLost, DynoxideEnded, or what listening on a port or opening a file throws
 */
export const startService = async ({ host, port, inboxPort, dataDirectory }: StartOptions): Promise<Service> => {
  const started: { close(): unknown }[] = [];
  const close = async (): Promise<void> => {
    for (const part of started.splice(0).toReversed()) await part.close();
  };
  const keep = <Part extends { close(): unknown }>(part: Part): Part => {
    started.push(part);
    return part;
  };

  const start = async (): Promise<Service> => {
    const listening = listeningAt(host);
    const apiUrl = `http://${publicHost(listening, networkInterfaces())}:${port}`;
    const settings = laptopSettings({ cdkJson: new URL('../cdk.json', import.meta.url), publicUrl: apiUrl });
    const { path } = keep(openDataDirectory(dataDirectory));
    const clock = keep(openLaptopClock(path));
    const keyringFile = join(path, 'keyring.json');
    const captchaSecretFile = join(path, 'captcha-secret');
    ensureCaptchaSecretFile(captchaSecretFile, settings.captcha);
    const callerSecrets = writeKeyPlaces(ensureCallerSecretFiles(path, settings));
    const deadLetters = pathToFileURL(join(path, 'dead-letters.jsonl')).href;
    const givenEndpoint = process.env.AWS_ENDPOINT_URL_DYNAMODB || null;
    // A first start writes the keyring when the tables are made, so an interrupted one has left no keyring without them.
    const hadTables = (): boolean => existsSync(keyringFile);
    const databaseFile = join(path, 'dynamodb.sqlite');
    const topic = keep(makeTopicBridge());
    const [embedded, inbox] = await Promise.all([
      givenEndpoint === null ? startEmbeddedDynamo({ databaseFile, hadTables }).then(keep) : null,
      startInbox({ port: inboxPort, dataDirectory: path, clock, apiUrl, hear: topic.publish }).then(keep),
    ]);
    const lost: Promise<Error> = embedded?.lost ?? NEVER;
    const endpoint = givenEndpoint ?? embedded?.endpoint ?? '';
    keep(writeDatabaseAddress(path, endpoint));
    setEnvironment({
      settings,
      keyringFile,
      captchaSecretFile,
      callerSecrets,
      deadLetters,
      dynamoEndpoint: endpoint,
      inboxUrl: inbox.url,
    });

    const dynamo = new DynamoDBClient({ endpoint });
    const streams = new DynamoDBStreamsClient({ endpoint });
    const tables = localTables(TABLE_PREFIX);
    const tablesMade = givenEndpoint === null ? createTables(dynamo, tables) : createTablesAt(givenEndpoint, dynamo);
    const beforeMaking = async (): Promise<void> => {
      await tablesMade;
      if (await hasRows(dynamo, tables)) throw new KeyringUnusable({ path: keyringFile, reason: LOST_KEYRING });
    };
    const readyKeyring = async (): Promise<void> => {
      await ensureKeyringFile(keyringFile, { beforeMaking });
      if (givenEndpoint !== null) return; // whose rows are there is not known by what lies here
      await checkKeyringFingerprint({
        keyringFile,
        fingerprintFile: join(path, 'keyring.fingerprint'),
        hasRows: async () => hasRows(dynamo, await tablesMade.then(() => tables)),
      });
    };
    const ready = Promise.all([tablesMade, readyKeyring().then(() => loadHandlers())]);
    const databaseLost = lost.then((reason) => Promise.reject(reason));
    const [{ outboxStreamArn }, { routes, unmatched, consumers, subscribers, scheduled }] = await Promise.race([
      ready,
      databaseLost,
    ]);
    const log = makeLog({
      write: (line) => process.stdout.write(`${line}\n`),
      nowMs: clock.nowMs,
      metricsNamespace: METRICS_NAMESPACE,
    });
    topic.subscribe(subscribers);
    await redriveSetAside(dynamo, tables.outbox, clock);
    for (const { contract, handler } of consumers) {
      keep(
        startStreamBridge({
          dynamo,
          streams,
          table: tables[contract.source],
          streamArn: outboxStreamArn,
          batchSize: contract.batchSize,
          handler,
          retrySeconds: settings.messages.retrySeconds,
          deadLetters: connectDeadLetters(deadLetters),
          clock,
          log,
        }),
      );
    }
    keep(startSchedules(scheduled, clock));
    const { allowedOrigins, allowedRequestHeaders: requestHeaders } = settings;
    keep(await startGateway({ listening, port, routes, unmatched, allowedOrigins, requestHeaders, clock }));
    return { apiUrl, inboxUrl: inbox.url, aheadSeconds: clock.aheadSeconds(), lost, close };
  };

  try {
    return await start();
  } catch (error) {
    await close();
    throw error;
  }
};
