import type { FactorSecrets } from './factor-secrets.ts';

/** Authenticator apps of an account, as they are stored, by id. */
export type StoredApps = Readonly<Record<string, { secret: string; lastStep: number }>>;

/**
 * Holds a code against apps one after the other, each with its own secret.
 *
 * @param stepOf the time step of the code for an app; `null` where it is none of it
 * @returns the first app that it is of; `null` for none
 * @throws KeyringOutdated as FactorSecrets does
 */
export const findStep = async (
  secrets: Pick<FactorSecrets, 'decryptTotp'>,
  { accountId, apps }: { accountId: string; apps: StoredApps },
  stepOf: (app: { secret: Buffer; lastStep: number }) => number | null,
): Promise<{ appId: string; lastStep: number; step: number } | null> => {
  for (const [appId, { secret: encrypted, lastStep }] of Object.entries(apps)) {
    const secret = await secrets.decryptTotp(encrypted, { accountId, appId });
    const step = secret && stepOf({ secret, lastStep });
    if (step !== null) return { appId, lastStep, step };
  }
  return null;
};
