import { randomUUID } from 'node:crypto';
import type { GoodRequest } from '../../catalogue/good-request.ts';
import type { ServiceWithRows } from '../../catalogue/service.ts';
import type { AppAnswer } from '../../http-suite/app-client.ts';
import { openService } from './service.ts';
import type { Surroundings } from './surroundings.ts';

/** Something that a function does only with all of its grants. */
export interface Probe {
  name: string;
  /** Makes what has to be left just before: by then nothing is delivered any more, and the counters are forgotten. */
  arrange?(): Promise<void>;
  /**
   * Runs the function in the prepared state, which openTrials keeps and brings back.
   *
   * @returns `false` where the function could not; throws for any other result
   */
  works(): Promise<boolean>;
}

/** Prepares the probes of a flow. */
export type Prepare = (surroundings: Surroundings) => Promise<Probe[]>;

interface Request {
  name: string;
  arrange?: () => Promise<void>;
  send: () => Promise<AppAnswer>;
  /** Status of an answer that shows success. */
  status: number;
  /** Likewise, a problem's code. */
  code?: string;
}

/** A flow that lacks a grant answers 500, or 503 where a retry makes sense. */
const FIRST_FAILURE_STATUS = 500;

/** A probe by a request to the API. */
export const probeRequest = ({ send, status, code, ...probe }: Request): Probe => ({
  ...probe,
  works: async () => {
    const answer = await send();
    if (answer.status >= FIRST_FAILURE_STATUS) return false;
    if (answer.status !== status || (code !== undefined && answer.body?.code !== code)) {
      throw new Error(`${probe.name} was answered ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    return true;
  },
});

/**
 * The probes of a request of the catalogue: it is made once and, where its answer is kept, twice with one Idempotency-Key, which
 * works only where the answer can be kept and found again.
 */
export const probeGood = async (
  surroundings: Surroundings,
  { name, succeeds: status, prepare }: GoodRequest<ServiceWithRows>,
  isKept: boolean,
): Promise<Probe[]> => {
  const service = openService(surroundings);
  const { request } = await prepare(service);
  const once = probeRequest({ name, send: () => service.send(request()), status });
  if (!isKept) return [once];
  const sendTwice = async () => {
    const one = request();
    const keyed = { ...one, headers: { ...one.headers, 'idempotency-key': randomUUID() } };
    const first = await service.send(keyed);
    return first.status === status ? service.send(keyed) : first;
  };
  return [once, probeRequest({ name: `${name}, and its repeat`, send: sendTwice, status })];
};
