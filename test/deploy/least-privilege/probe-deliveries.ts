import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { deliverMessages as contract } from '../../../functions/deliver-messages/contract.ts';
import { MESSAGE_REQUESTS } from '../../catalogue/catalogue.ts';
import type { GoodRequest } from '../../catalogue/good-request.ts';
import { openAccount } from '../../catalogue/people.ts';
import { form } from '../../catalogue/service.ts';
import { callJson } from '../aws-call.ts';
import { type Mappings, openMappings } from './mappings.ts';
import type { Prepare, Probe } from './probe.ts';
import type { Partition } from './rows.ts';
import { type DeployedService, openService } from './service.ts';
import type { Surroundings } from './surroundings.ts';

const MAIL_TIMEOUT_MS = 15_000;
const POLL_MS = 50;

/** The intent that a request wrote. */
const intentOf = async ({ rows }: Surroundings, ask: () => Promise<{ status: number }>): Promise<Partition> => {
  const before = new Set((await rows.intents()).map(([, pk]) => pk));
  const { status } = await ask();
  const [intent] = (await rows.intents()).filter(([, pk]) => !before.has(pk));
  if (!intent) throw new Error(`a request that was answered ${status} has left no intent`);
  return intent;
};

/** The stream record of a new intent. */
const recordOf = ([, pk]: Partition) => ({
  eventID: randomUUID(),
  eventName: 'INSERT',
  eventSource: 'aws:dynamodb',
  dynamodb: { Keys: { pk: { S: pk }, sk: { S: 'INTENT' } }, SequenceNumber: '1', StreamViewType: 'KEYS_ONLY' },
});

const hasHandled = (answer: unknown): boolean =>
  (answer as { batchItemFailures?: unknown[] }).batchItemFailures?.length === 0;

/** Delivers the intent that a request leaves; its stream record is the test's own, for the mappings are off. */
const probeDelivery = async (
  surroundings: Surroundings,
  { name, prepare }: GoodRequest<DeployedService>,
): Promise<Probe> => {
  const service = openService(surroundings);
  const { request } = await prepare(service);
  let intent: Partition | undefined;
  return {
    name,
    arrange: async () => {
      intent = await intentOf(surroundings, () => service.send(request()));
    },
    works: async () => {
      if (!intent) throw new Error(`${name} was not arranged`);
      return hasHandled(await surroundings.invoke(contract.flow, { Records: [recordOf(intent)] }));
    },
  };
};

/** A mail through the stream. All other probes call the function directly. */
const probeStream = (surroundings: Surroundings, mappings: Mappings): Probe => ({
  name: 'a mail that is asked for',
  works: async () => {
    await mappings.turn('on');
    const deadlineMs = Date.now() + MAIL_TIMEOUT_MS;
    const service = openService(surroundings);
    const email = service.newEmail();
    try {
      await service.send(form('/accounts', { email }));
      for (;;) {
        if ((await mappings.states()).some((state) => state.startsWith('PROBLEM'))) return false;
        const mails = await fetch(`${surroundings.deployment.inboxUrl}/messages?to=${email}`);
        if (((await mails.json()) as unknown[]).length > 0) return true;
        if (Date.now() > deadlineMs) throw new Error('no mail came, and the mapping has no problem');
        await sleep(POLL_MS);
      }
    } finally {
      await mappings.turn('off');
    }
  },
});

/** A row that no version of the service can read, which is given up with a dead letter. */
const probeDeadLetter = ({ deployment, rows, invoke, undo }: Surroundings): Probe => {
  const intent: Partition = ['outbox', `INTENT#${randomUUID()}`];
  return {
    name: 'an intent that nobody can read',
    arrange: async () => {
      undo(async () => {
        await rows.remove(intent);
        const input = { QueueUrl: deployment.outputs.DeadLetterQueueUrl };
        await callJson(deployment, { service: 'sqs', target: 'AmazonSQS.PurgeQueue', input });
      });
      const unknown = { kind: 'a-kind-that-is-not-known' };
      await rows.put('outbox', {
        pk: intent[1],
        sk: 'INTENT',
        schemaVersion: 1,
        intent: unknown,
        attempts: 0,
        leasedUntilMs: 0,
      });
    },
    works: async () => hasHandled(await invoke(contract.flow, { Records: [recordOf(intent)] })),
  };
};

const OPERATOR = 'arn:aws:iam::123456789012:user/alice';

/** A message about what an operator has asked for: no request leaves its intent. */
const probeOperatorsIntent = (
  { rows, invoke, undo }: Surroundings,
  { name, ask, intent }: { name: string; ask: () => Promise<void>; intent: object },
): Probe => {
  const intentId = randomUUID();
  const partition: Partition = ['outbox', `INTENT#${intentId}`];
  return {
    name,
    arrange: async () => {
      undo(() => rows.remove(partition));
      await ask();
      await rows.put('outbox', {
        pk: partition[1],
        sk: 'INTENT',
        schemaVersion: 2,
        intentId,
        intent,
        requestedAtMs: Date.now(),
        attempts: 0,
        leasedUntilMs: 0,
      });
    },
    works: async () => hasHandled(await invoke(contract.flow, { Records: [recordOf(partition)] })),
  };
};

const probeFactorReset = async (surroundings: Surroundings): Promise<Probe> => {
  const service = openService(surroundings);
  const { accountId } = await openAccount(service);
  const resetId = randomUUID();
  return probeOperatorsIntent(surroundings, {
    name: 'a reset of second factors by an operator',
    ask: async () => {
      const waitsUntilEpochSeconds = service.nowSeconds() + 1000;
      await surroundings.rows.put('tokens', {
        pk: `ACCOUNT#${accountId}`,
        sk: 'FACTOR_RESET',
        schemaVersion: 2,
        resetId,
        factor: 'all',
        askedBy: OPERATOR,
        askedAtEpochSeconds: service.nowSeconds(),
        waitsUntilEpochSeconds,
        seen: '-',
        expiresAtEpochSeconds: waitsUntilEpochSeconds + 1000,
      });
    },
    intent: { kind: 'factor-reset', accountId, resetId },
  });
};

/** Its salt is made by the delivery, each time anew. */
const probeOperatorsDeletion = async (surroundings: Surroundings): Promise<Probe> => {
  const service = openService(surroundings);
  const { accountId } = await openAccount(service);
  const deletionId = randomUUID();
  const row = { table: 'accounts', firstWord: 'ACCOUNT', sortKey: 'ACCOUNT', accountId } as const;
  return probeOperatorsIntent(surroundings, {
    name: 'a deletion by an operator',
    ask: async () => {
      const requestedAtEpochSeconds = service.nowSeconds();
      const erasesAtEpochSeconds = requestedAtEpochSeconds + 1000;
      const deletion = { deletionId, operator: OPERATOR, requestedAtEpochSeconds, erasesAtEpochSeconds };
      await service.editRows(row, { deletion });
    },
    intent: { kind: 'deletion-requested', accountId, deletionId },
  });
};

/** One intent for each path through the flow. */
export const deliverMessages: Prepare = async (surroundings) => [
  ...(await Promise.all(MESSAGE_REQUESTS.map((one) => probeDelivery(surroundings, one)))),
  await probeFactorReset(surroundings),
  await probeOperatorsDeletion(surroundings),
  probeDeadLetter(surroundings),
  probeStream(surroundings, await openMappings(surroundings)),
];
