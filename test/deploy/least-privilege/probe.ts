import type { AppAnswer } from '../../http-suite/app-client.ts';
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
  /** Restores the state that the request needs. */
  before?: () => Promise<void>;
  request: () => Promise<AppAnswer>;
  /** Status of an answer that shows success. */
  status: number;
  /** Likewise, a problem's code. */
  code?: string;
}

/** A flow that lacks a grant answers 500, or 503 where a retry makes sense. */
const FIRST_FAILURE_STATUS = 500;

/** A probe by a request to the API. */
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
