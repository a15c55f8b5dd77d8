import { canaryEmail } from '../../../shared/contract/canary.ts';
import { CANARY_FLOW, canaryAccountId, redirectCanary } from './canary-function.ts';
import type { Prepare } from './probe.ts';

/** The first run of the canary, which makes its account, signs in and out through the API, and takes its password away. */
export const runCanary: Prepare = async ({ deployment, rows, invoke, undo }) => {
  const accountId = await canaryAccountId(deployment);
  const account = ['accounts', `ACCOUNT#${accountId}`] as const;
  const claim = ['accounts', `EMAIL#${canaryEmail(accountId)}`] as const;
  const password = ['credentials', `ACCOUNT#${accountId}`] as const;
  undo(await redirectCanary(deployment, deployment.apiUrl));
  await Promise.all([account, claim, password, ['tokens', `ACCOUNT#${accountId}`] as const].map(rows.remove));

  return [
    {
      name: 'a first run of the canary',
      works: async () => {
        const answer = (await invoke(CANARY_FLOW, {})) as { errorType?: string } | null;
        if (answer?.errorType !== undefined) throw new Error(`the canary ended with ${answer.errorType}`);
        const [claims, signOuts, left] = await Promise.all([
          rows.read(claim, () => true),
          rows.read(account, ({ type }) => type === 'signed-out'),
          rows.read(password, () => true),
        ]);
        return claims.length === 1 && signOuts.length === 1 && left.length === 0;
      },
    },
  ];
};
