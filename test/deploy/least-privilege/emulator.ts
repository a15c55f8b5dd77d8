import type { Caller } from '../aws-call.ts';
import type { Use } from './uses.ts';

/** What the emulator does for the tests, and AWS has no call for (emulator/checkpoint.py, emulator/restarts.py, emulator/uses.py). */
export interface EmulatorAids {
  /** Keeps every row of every table as it is. */
  keepRows(): Promise<void>;
  /** Has the tables be as they were kept. No stream tells of it. */
  bringRowsBack(): Promise<void>;
  /** Ends the processes of all versions of a function. */
  restart(functionName: string): Promise<void>;
  /** What the functions were allowed since this was last asked. */
  takeUses(): Promise<Use[]>;
}

/** Reaches it. */
export const openEmulatorAids = ({ endpoint }: Caller): EmulatorAids => {
  const call = async (method: string, name: string, body: string | null = null): Promise<Response> => {
    const answer = await fetch(`${endpoint}/_ministack/keyturn/${name}`, { method, body });
    if (!answer.ok) throw new Error(`the emulator answered ${method} ${name} with ${answer.status}`);
    return answer;
  };
  return {
    keepRows: async () => {
      await call('PUT', 'checkpoint');
    },
    bringRowsBack: async () => {
      await call('POST', 'checkpoint');
    },
    restart: async (functionName) => {
      await call('PUT', 'restart', JSON.stringify({ function: functionName }));
    },
    takeUses: async () => (await call('GET', 'uses')).json() as Promise<Use[]>,
  };
};
