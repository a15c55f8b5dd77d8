import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceRequest, ServiceWithRows } from '../../catalogue/service.ts';
import type { AppAnswer } from '../../http-suite/app-client.ts';
import { waitForMails } from '../../http-suite/target.ts';
import { sendRaw } from '../../support/raw-http.ts';
import type { Surroundings } from './surroundings.ts';

/** The deployment as one client uses it. */
export interface DeployedService extends ServiceWithRows {
  /** Sends a request, whatever the answer. */
  send(request: ServiceRequest): Promise<AppAnswer>;
}

/** Many times what the emulator takes to end a delivery whose mail is there. */
const SETTLE_TIMEOUT_MS = 15_000;
const SETTLE_POLL_MS = 50;

/** A new source address, which keeps limits per source out of the way. */
const newSource = (): string => `127.${randomInt(100, 200)}.${randomInt(256)}.${randomInt(1, 255)}`;

/** A client of the deployment, from a source address of its own. */
export const openService = ({ deployment, rows }: Surroundings): DeployedService => {
  const { apiUrl, inboxUrl } = deployment;
  const source = newSource();

  const send = async ({ method, path, headers = {}, body }: ServiceRequest): Promise<AppAnswer> => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    const sent = { line: `${method} ${path}`, headers: lines, ...(body !== undefined && { body }) };
    const { status, headers: answered, text } = await sendRaw(apiUrl, sent, source);
    const isJson = answered['content-type']?.includes('json') ?? false;
    return { status, body: text !== '' && isJson ? JSON.parse(text) : null };
  };

  /** Makes codes of an account's apps usable again: each can be used once, and the next is half a minute away. */
  const forgetSteps = async (accountId: string): Promise<void> => {
    const used = Object.entries(await appsOf(accountId));
    if (used.length === 0) return;
    await rows.edit(
      ['credentials', `ACCOUNT#${accountId}`],
      (sortKey) => sortKey === 'FACTORS',
      () => ({ apps: Object.fromEntries(used.map(([id, app]) => [id, { ...app, lastStep: 1 }])) }),
    );
  };

  const appsOf = async (accountId: string): Promise<Record<string, object>> => {
    const [factors] = await rows.read(['credentials', `ACCOUNT#${accountId}`], (sortKey) => sortKey === 'FACTORS');
    return (factors?.apps ?? {}) as Record<string, object>;
  };

  const waitingIntents = async (): Promise<string[]> => (await rows.intents()).map(([, pk]) => pk);

  /** Waits until it is noted that what was asked for since is sent: rows that are edited before would be written once more. */
  const settle = async (before: readonly string[]): Promise<void> => {
    const asked = (await waitingIntents()).filter((pk) => !before.includes(pk));
    const deadlineMs = Date.now() + SETTLE_TIMEOUT_MS;
    while ((await waitingIntents()).some((pk) => asked.includes(pk))) {
      if (Date.now() > deadlineMs) throw new Error('a message that was sent still has its intent');
      await sleep(SETTLE_POLL_MS);
    }
  };

  return {
    send,
    ask: async (request) => {
      const { status, body } = await send(request);
      if (status === 200) return body;
      throw new Error(`${request.method} ${request.path} was answered ${status} ${JSON.stringify(body)}`);
    },
    receive: async (to, act) => {
      const before = await waitForMails(inboxUrl, to, 0);
      const intents = await waitingIntents();
      await act();
      const [mail] = await waitForMails(inboxUrl, to, before.length + 1);
      await settle(intents);
      return mail?.text ?? '';
    },
    newEmail: () => `grants-${randomUUID()}@example.com`,
    newPhoneNumber: () => `+43664${randomInt(1_000_000, 10_000_000)}`,
    nowSeconds: () => Math.floor(Date.now() / 1000),
    pause: (seconds) => sleep(seconds * 1000),
    passWaits: async (accountId) => {
      await Promise.all([forgetSteps(accountId), rows.forgetCounters()]);
    },
    editRows: async ({ table, firstWord, sortKey, accountId }, change) => {
      const partitions = (await rows.partitionsAbout([accountId])).filter(
        ([inTable, pk]) => inTable === table && pk.startsWith(`${firstWord}#`),
      );
      for (const partition of partitions) {
        await rows.edit(
          partition,
          (one) => one === sortKey,
          () => change,
        );
      }
    },
    putRow: (table, row) => rows.put(table, row),
  };
};
