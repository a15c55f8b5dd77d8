import type { Write } from '../aws/dynamo.ts';
import type { Keyring } from '../keyring/keyring.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import type { Clock } from '../primitives/clock.ts';
import { spendWindowWrite } from './limit-counter.ts';
import { type LimitExceeded, limitExceeded, limitWindow } from './rate-limit.ts';

/** One request that counts for an account. */
interface AccountSpend {
  /** Loses where none is left. */
  write: Write;
  /** What to answer then. */
  exceeded: LimitExceeded;
}

/** Counts what an account causes, in the transaction of what it is counted for. Only callers past the password are counted here. */
export type AccountLimit = (accountId: string) => AccountSpend;

/** Makes it. Accounts are counted under MACs, as addresses and numbers are. */
const makeAccountLimit =
  ({
    name,
    numbers,
    keyring,
    clock,
  }: {
    /** Sets its counters apart. */
    name: string;
    numbers: { max: number; windowSeconds: number };
    keyring: Pick<Keyring, 'hmac'>;
    clock: Clock;
  }): AccountLimit =>
  (accountId) => {
    const nowSeconds = clock.nowSeconds();
    const policy = { name, dimension: 'identifier' as const, ...numbers };
    const keyDigest = keyring.hmac('limit-key', `${name}/${accountId}`);
    const window = limitWindow({ policy, keyDigest, shard: null, nowSeconds });
    return { write: spendWindowWrite(window), exceeded: limitExceeded([window], nowSeconds) };
  };

/** Of mails with a code for a sign-in from a new device (docs/adr/0066). */
export const provideSignInCodeLimit = (scope: Scope<'signIn.codesPerAccount'> & Pick<Ports, 'keyring'>): AccountLimit =>
  makeAccountLimit({ ...scope, name: 'sign-in/code', numbers: scope.settings.signIn.codesPerAccount });
