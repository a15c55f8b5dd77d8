import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceRequest, ServiceWithRows } from '../../catalogue/service.ts';
import type { AppAnswer } from '../../http-suite/app-client.ts';
import { waitForMails } from '../../http-suite/target.ts';
import { sendRaw } from '../../support/raw-http.ts';
import type { Surroundings } from './surroundings.ts';
import { untilDelivered } from './until-delivered.ts';

/** The deployment as one client uses it. */
export interface DeployedService extends ServiceWithRows {
  /** Sends a request and ignores the answer. */
  send(request: ServiceRequest): Promise<AppAnswer>;
}

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
      ({ sk }) => sk === 'FACTORS',
      () => ({ apps: Object.fromEntries(used.map(([id, app]) => [id, { ...app, lastStep: 1 }])) }),
    );
  };

  const appsOf = async (accountId: string): Promise<Record<string, object>> => {
    const [factors] = await rows.read(['credentials', `ACCOUNT#${accountId}`], ({ sk }) => sk === 'FACTORS');
    return (factors?.apps ?? {}) as Record<string, object>;
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
      const intents = await rows.intents();
      await act();
      await waitForMails(inboxUrl, to, before.length + 1);
      await untilDelivered(rows, intents);
      const [newest] = await waitForMails(inboxUrl, to, 1); // the one before may have been on its way still
      return newest?.text ?? '';
    },
    newEmail: () => `grants-${randomUUID()}@example.com`,
    newPhoneNumber: () => `+43664${randomInt(1_000_000, 10_000_000)}`,
    nowSeconds: () => Math.floor(Date.now() / 1000),
    pause: (seconds) => sleep(seconds * 1000),
    passWaits: async (accountId) => {
      await Promise.all([forgetSteps(accountId), rows.forgetCounters()]);
    },
    editRows: ({ table, firstWord, sortKey, accountId }, change) =>
      rows.edit(
        table,
        (row) =>
          String(row.pk).startsWith(`${firstWord}#`) && row.sk === sortKey && JSON.stringify(row).includes(accountId),
        () => change,
      ),
    putRow: (table, row) => rows.put(table, row),
  };
};
