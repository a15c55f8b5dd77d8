import type { AppAnswer } from '../../http-suite/app-client.ts';
import type { Surroundings } from './surroundings.ts';

/** Something that a function does when it has all of its grants. */
export interface Probe {
  name: string;
  /**
   * Lets the function do it, in the state that it was prepared in.
   *
   * @returns `false` where the function could not; throws where it did something else
   */
  works(): Promise<boolean>;
}

/** Makes ready what a flow's probes need. */
export type Prepare = (surroundings: Surroundings) => Promise<Probe[]>;

interface Request {
  name: string;
  /** Puts the state back that the request is made in. */
  before?: () => Promise<void>;
  request: () => Promise<AppAnswer>;
  /** Of an answer that shows that the work was done. */
  status: number;
  /** Likewise, of a problem. */
  code?: string;
}

/** What a flow answers that can't reach what it needs: 500, or 503 where it makes sense to come back. */
const FIRST_FAILURE_STATUS = 500;

/** A probe that is a request to the API. */
export const probeRequest = ({ name, before, request, status, code }: Request): Probe => ({
  name,
  works: async () => {
    await before?.();
    const answer = await request();
    if (answer.status >= FIRST_FAILURE_STATUS) return false;
    if (answer.status !== status || (code !== undefined && answer.body?.code !== code)) {
      throw new Error(`${name} was answered ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    return true;
  },
});
