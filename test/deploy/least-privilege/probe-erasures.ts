import { prepareErasures } from '../../catalogue/erasures.ts';
import type { Prepare } from './probe.ts';
import { openService } from './service.ts';

const FLOW = 'erase-accounts';

/** A run of the erasure, with all that it can meet. It is called directly: its schedule is an hour away. */
export const eraseAccounts: Prepare = async (surroundings) => {
  await prepareErasures(openService(surroundings));
  return [
    {
      name: 'a run with accounts that are due',
      works: async () => {
        const answer = (await surroundings.invoke(FLOW, {})) as { errorType?: string } | null;
        return answer?.errorType === undefined;
      },
    },
  ];
};
