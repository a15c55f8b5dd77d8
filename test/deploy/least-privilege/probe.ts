import { randomUUID } from 'node:crypto';
import type { GoodRequest } from '../../catalogue/good-request.ts';
import type { ServiceWithRows } from '../../catalogue/service.ts';
import type { AppAnswer } from '../../http-suite/app-client.ts';
import type { KeptRows, Partition } from './rows.ts';
import { openService } from './service.ts';
import type { Surroundings } from './surroundings.ts';

/** Something that a function does only with all of its grants. */
export interface Probe {
  name: string;
  /**
   * Runs the function in the prepared state.
   *
   * @returns `false` where the function could not; throws for any other result
   */
  works(): Promise<boolean>;
}

/** Prepares the probes of a flow. */
export type Prepare = (surroundings: Surroundings) => Promise<Probe[]>;

interface Request {
  name: string;
  /** The state that the request needs. */
  kept: KeptRows;
  send: () => Promise<AppAnswer>;
  /** Status of an answer that shows success. */
  status: number;
  /** Likewise, a problem's code. */
  code?: string;
}

/** A flow that lacks a grant answers 500, or 503 where a retry makes sense. */
const FIRST_FAILURE_STATUS = 500;

/** A probe by a request to the API. */
export const probeRequest = ({ rows }: Surroundings, { name, kept, send, status, code }: Request): Probe => ({
  name,
  works: async () => {
    await Promise.all([kept.restore(), rows.forgetCounters()]);
    const answer = await send();
    if (answer.status >= FIRST_FAILURE_STATUS) return false;
    if (answer.status !== status || (code !== undefined && answer.body?.code !== code)) {
      throw new Error(`${name} was answered ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    return true;
  },
});

/** Saves the rows about accounts, addresses and numbers, and what a success claims for them. */
export const keepAbout = async ({ rows }: Surroundings, about: readonly string[]): Promise<KeptRows> => {
  const claims = about.flatMap((text): Partition[] => [
    ['accounts', `EMAIL#${text}`],
    ['accounts', `PHONE#${text}`],
  ]);
  const present = about.length === 0 ? [] : await rows.partitionsAbout(about);
  const isPresent = ([table, pk]: Partition) => present.some((one) => one[0] === table && one[1] === pk);
  return rows.keep([...present, ...claims.filter((claim) => !isPresent(claim))]);
};

type Good = GoodRequest<ServiceWithRows>;

/** A request of the catalogue, prepared, and the rows about it saved. */
const prepared = async (surroundings: Surroundings, { prepare }: Good) => {
  const service = openService(surroundings);
  const { request, about } = await prepare(service);
  return { service, request, kept: await keepAbout(surroundings, about) };
};

/** A probe by a request of the catalogue. */
export const probeGood = async (surroundings: Surroundings, good: Good): Promise<Probe> => {
  const { service, request, kept } = await prepared(surroundings, good);
  const { name, succeeds: status } = good;
  return probeRequest(surroundings, { name, kept, send: () => service.send(request()), status });
};

/** Likewise, made twice with one Idempotency-Key: it works only where its answer can be kept, and found again. */
export const probeRepeat = async (surroundings: Surroundings, good: Good): Promise<Probe> => {
  const { service, request, kept } = await prepared(surroundings, good);
  const { name, succeeds: status } = good;
  const send = async () => {
    const one = request();
    const keyed = { ...one, headers: { ...one.headers, 'idempotency-key': randomUUID() } };
    const first = await service.send(keyed);
    return first.status === status ? service.send(keyed) : first;
  };
  return probeRequest(surroundings, { name: `${name}, and its repeat`, kept, send, status });
};
