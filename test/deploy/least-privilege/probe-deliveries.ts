import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { deliverMessages as contract } from '../../../functions/deliver-messages/contract.ts';
import { MESSAGE_REQUESTS } from '../../catalogue/catalogue.ts';
import type { GoodRequest } from '../../catalogue/good-request.ts';
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

/** A request that waits to be made once the stream is off. */
type Asking = () => Promise<Probe>;

/** Prepares the request that leaves an intent. @returns makes it, for a probe that delivers the intent */
const prepareDelivery = async (
  surroundings: Surroundings,
  { name, prepare }: GoodRequest<DeployedService>,
): Promise<Asking> => {
  const service = openService(surroundings);
  const { request, about } = await prepare(service);
  return () => probeDelivery(surroundings, { name, ask: () => service.send(request()), about });
};

const probeDelivery = async (
  surroundings: Surroundings,
  { name, ask, about }: { name: string; ask: () => Promise<{ status: number }>; about: readonly string[] },
): Promise<Probe> => {
  const { rows, invoke } = surroundings;
  const intent = await intentOf(surroundings, ask);
  const paid: Partition = ['tokens', intent[1].replace(/^(INTENT|SMS)#/, 'SMS_SPENT#')];
  const signUps = await rows.signUps();
  const others = (await rows.partitionsAbout(about)).filter(([, pk]) => !signUps.some(([, known]) => known === pk));
  const kept = await rows.keep([intent, paid, ...signUps, ...others]);
  return {
    name,
    works: async () => {
      const begun = (await rows.signUps()).filter(([, pk]) => !signUps.some(([, known]) => known === pk));
      await Promise.all([...begun.map(rows.remove), kept.restore(), rows.forgetCounters()]);
      return hasHandled(await invoke(contract.flow, { Records: [recordOf(intent)] }));
    },
  };
};

/** A mail through the stream. All other probes call the function directly, with the mappings disabled. */
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
const probeDeadLetter = async ({ deployment, rows, invoke, undo }: Surroundings): Promise<Probe> => {
  const intent: Partition = ['outbox', `INTENT#${randomUUID()}`];
  const unknown = { kind: 'a-kind-that-is-not-known' };
  await rows.put('outbox', {
    pk: intent[1],
    sk: 'INTENT',
    schemaVersion: 1,
    intent: unknown,
    attempts: 0,
    leasedUntilMs: 0,
  });
  const kept = await rows.keep([intent]);
  undo(async () => {
    await rows.remove(intent);
    const input = { QueueUrl: deployment.outputs.DeadLetterQueueUrl };
    await callJson(deployment, { service: 'sqs', target: 'AmazonSQS.PurgeQueue', input });
  });
  return {
    name: 'an intent that nobody can read',
    works: async () => {
      await kept.restore();
      return hasHandled(await invoke(contract.flow, { Records: [recordOf(intent)] }));
    },
  };
};

/** One intent for each path through the flow. */
export const deliverMessages: Prepare = async (surroundings) => {
  const asking = await Promise.all(MESSAGE_REQUESTS.map((one) => prepareDelivery(surroundings, one)));
  await surroundings.rows.forgetCounters();

  const mappings = await openMappings(surroundings);
  await mappings.turn('off');
  surroundings.undo(() => mappings.turn('on'));
  const probes: Probe[] = [];
  for (const ask of asking) probes.push(await ask()); // one by one: an intent is known by being the only new one
  return [...probes, await probeDeadLetter(surroundings), probeStream(surroundings, mappings)];
};
