import { type Account, accountRow, createAccountWrite, FIRST_EPOCH } from '../../shared/account/accounts.ts';
import { claimEmailWrite } from '../../shared/account/email-claims.ts';
import { type PasswordHasher, provideHasher } from '../../shared/account/password-hasher.ts';
import { passwordRow } from '../../shared/account/passwords.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import { canaryEmail } from '../../shared/contract/canary.ts';
import type { Ports, Scope } from '../../shared/lambda/scope.ts';
import type { Clock, Randomness } from '../../shared/primitives/clock.ts';

/** As many random bits as a key, in 43 characters. */
const PASSWORD_BYTES = 32;

/** How long a password of a run that did not end stays in the way of the next, in seconds: no run is longer (infra/sizing.ts). */
const RUN_SECONDS = 60;

/** A password that is good until the run that has made it ends. */
interface RunPassword {
  password: string;
  /** Takes it away: until the next run nothing signs in to the account. */
  remove(): Promise<void>;
}

/** The account of the canary. It has a password only during a run, and that is known to the run alone. */
export interface CanaryAccount {
  /** Canonical. */
  email: string;
  /**
   * Makes the account where there is none, and gives it a new password.
   * @returns `null` where another run has given it one a moment ago
   * @throws StoreUnavailable
   */
  givePassword(): Promise<RunPassword | null>;
}

/** Opens it. Each write is one of its own: the role is granted rows by their keys, whatever the settings say (infra/table-bindings.ts). */
const makeCanaryAccount = ({
  accountId,
  dynamo,
  hasher,
  clock,
  randomness,
}: {
  accountId: string;
  dynamo: Pick<Dynamo, 'get' | 'write'>;
  hasher: Pick<PasswordHasher, 'hash'>;
  clock: Clock;
  randomness: Randomness;
}): CanaryAccount => {
  const email = canaryEmail(accountId);

  const newAccount = (nowSeconds: number): Account => ({
    accountId,
    email,
    phone: null,
    epoch: FIRST_EPOCH,
    revokedSessions: {},
    claims: {},
    metadata: { canary: true }, // tells those who count accounts
    profileVersion: 1,
    createdAtEpochSeconds: nowSeconds,
    updatedAtEpochSeconds: nowSeconds,
  });

  /** The claim first: it finds nobody until there is an account, and both are the same however often they are written. */
  const ensureAccount = async (): Promise<void> => {
    if (await dynamo.get('accounts', accountRow.key(accountId))) return;
    const nowSeconds = clock.nowSeconds();
    await dynamo.write(claimEmailWrite({ email, accountId }, nowSeconds));
    await dynamo.write(createAccountWrite(newAccount(nowSeconds)));
  };

  return {
    email,
    givePassword: async () => {
      await ensureAccount();
      const password = randomness.bytes(PASSWORD_BYTES).toString('base64url');
      const phc = await hasher.hash(password);
      const key = passwordRow.key(accountId);
      const nowSeconds = clock.nowSeconds();
      const { or, is, isNew, lacks, atMost } = passwordRow.when;
      const { won } = await dynamo.write(
        passwordRow.putWrite(
          key,
          // Of a process that holds no device token yet, one sign-in is asked for no mailed code, as after a reset.
          { phc, resetProvenUntilEpochSeconds: nowSeconds + RUN_SECONDS },
          or(isNew, lacks('resetProvenUntilEpochSeconds'), atMost('resetProvenUntilEpochSeconds', nowSeconds)),
        ),
      );
      if (!won) return null;
      return {
        password,
        remove: async () => {
          await dynamo.write(passwordRow.deleteWrite(key, is('phc', phc))); // another run may have set its own since
        },
      };
    },
  };
};

export const provideCanaryAccount = async (
  scope: Scope<'passwords.argon2'> & Pick<Ports, 'dynamo'>,
): Promise<CanaryAccount> => {
  const { canary } = scope.config;
  if (canary === null) throw new Error('the contract is not the canary');
  return makeCanaryAccount({ ...scope, accountId: canary.accountId, hasher: await scope.use(provideHasher) });
};
