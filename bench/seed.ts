import { argon2id, hash } from 'argon2';
import { generateSync } from 'otplib';
import type { LocalTables } from '../local/create-tables.ts';
import { systemClock } from '../shared/config/system-clock.ts';
import { sha256 } from '../shared/crypto/digest.ts';
import { makeFactorSecrets } from '../shared/crypto/factor-secrets.ts';
import type { Keyring } from '../shared/crypto/keyring.ts';
import { csprng } from '../shared/crypto/randomness.ts';
import { TOTP_SECRET_BYTES } from '../shared/crypto/totp.ts';
import { makeOneTimeToken } from '../shared/domain/one-time-token.ts';
import { claimEmail, createAccount } from '../shared/store/accounts.ts';
import { connectDynamo } from '../shared/store/connect-dynamo.ts';
import { createPassword } from '../shared/store/credentials.ts';
import { changeFactors, parseFactors, prepareFactors } from '../shared/store/factors.ts';
import { makeRecordIntent } from '../shared/store/outbox.ts';
import { makeRecoveries } from '../shared/store/recoveries.ts';
import { makeRecordEvent } from '../shared/store/security-events.ts';
import { makeSignUps } from '../shared/store/sign-ups.ts';
import { beginEnrollment } from '../shared/store/totp-enrollments.ts';

export const SEED_PASSWORD = 'correct horse battery';

const FIRST_EPOCH = 1;

/** Fills the tables with what a load needs, past the flows: it is the flows that are measured. */
export const makeSeed = (tables: LocalTables, keyring: Keyring) => {
  const runtime = { clock: systemClock, randomness: csprng };
  const dynamo = connectDynamo({ ...runtime, config: { tables } });
  const recoveries = makeRecoveries({ ...runtime, dynamo });
  const signUps = makeSignUps({ ...runtime, dynamo });
  const recordEvent = makeRecordEvent({ ...runtime, retentionSeconds: 86_400 });
  const phc = hash(SEED_PASSWORD, { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 });
  const secrets = makeFactorSecrets({ ...runtime, keyring });
  const recordIntent = makeRecordIntent(runtime);
  const later = (): number => systemClock.nowSeconds() + 1800;

  const account = async (email: string) => {
    const nowSeconds = systemClock.nowSeconds();
    const row = {
      accountId: csprng.uuid(),
      email,
      phone: null,
      epoch: FIRST_EPOCH,
      revokedSessions: {},
      claims: { name: 'A Reader', locale: 'en-GB', zoneinfo: 'Europe/London' },
      metadata: { theme: 'dark' },
      profileVersion: 1,
      createdAtEpochSeconds: nowSeconds,
      updatedAtEpochSeconds: nowSeconds,
    };
    const { accountId } = row;
    await dynamo.transact([
      createAccount(row),
      claimEmail({ email, accountId }),
      createPassword({ accountId, phc: await phc }),
    ]);
    return row;
  };

  /** An authenticator app that belongs to nobody yet. */
  const makeApp = (accountId: string) => {
    const appId = csprng.uuid();
    const secret = csprng.bytes(TOTP_SECRET_BYTES);
    return {
      appId,
      app: { name: 'App', secret: secrets.sealTotp(secret, { accountId, appId }) },
      code: () => generateSync({ secret, epoch: systemClock.nowSeconds() }),
    };
  };

  /** An account with an authenticator app, and what the app shows when it is asked. */
  const withApp = async (email: string) => {
    const { accountId } = await account(email);
    const { appId, app, code } = makeApp(accountId);
    const added = { ...app, lastStep: 0, enrolledAtEpochSeconds: systemClock.nowSeconds() };
    await dynamo.write(prepareFactors(accountId));
    await dynamo.transact([
      changeFactors({ accountId, seen: parseFactors(null), change: { app: { appId, app: added } } }),
    ]);
    return { code };
  };

  return {
    account,
    withApp,
    /** Lets an account await the first code of an app, and gives what the app shows. */
    enrollment: async (accountId: string): Promise<() => string> => {
      const { appId, app, code } = makeApp(accountId);
      const enrollment = { appId, ...app, epoch: FIRST_EPOCH, expiresAtEpochSeconds: later() };
      await dynamo.write(prepareFactors(accountId));
      await dynamo.transact([beginEnrollment(accountId, enrollment)]);
      return code;
    },
    recovery: async (email: string): Promise<string> => {
      const token = makeOneTimeToken(csprng);
      const owner = await account(email);
      await recoveries.issue({
        account: owner,
        tokenHash: sha256(token),
        intentId: csprng.uuid(),
        requestedAtMs: systemClock.nowMs(),
        expiresAtEpochSeconds: later(),
        event: recordEvent({ accountId: owner.accountId, type: 'recovery-mail-issued', sourceIp: null }),
      });
      return token;
    },
    /** Has a recovery mail wait in the outbox. @returns the partition key of its row */
    recoveryMail: async (email: string): Promise<string> => {
      await account(email);
      const put = recordIntent({ kind: 'recovery', email, locales: [] });
      if (put.kind !== 'put') throw new Error('an intent is put');
      await dynamo.write(put);
      return put.item.pk;
    },
    signUp: async (email: string): Promise<string> => {
      const token = makeOneTimeToken(csprng);
      await signUps.issue({ tokenHash: sha256(token), email, locale: null, expiresAtEpochSeconds: later() });
      return token;
    },
  };
};
