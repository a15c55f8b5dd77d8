import { argon2id, hash } from 'argon2';
import { generateSync } from 'otplib';
import type { LocalTables } from '../local/create-tables.ts';
import { systemClock } from '../shared/config/system-clock.ts';
import { makeChallengeTokens } from '../shared/crypto/challenge-tokens.ts';
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
import { makeRecoveries } from '../shared/store/recoveries.ts';
import { makeRecordEvent } from '../shared/store/security-events.ts';
import { makeSignUps } from '../shared/store/sign-ups.ts';
import { makeVerifications } from '../shared/store/verifications.ts';

export const SEED_PASSWORD = 'correct horse battery';

/** Fills the tables with what a load needs, past the flows: it is the flows that are measured. */
export const makeSeed = (tables: LocalTables, keyring: Keyring) => {
  const runtime = { clock: systemClock, randomness: csprng };
  const dynamo = connectDynamo({ ...runtime, config: { tables } });
  const recoveries = makeRecoveries({ ...runtime, dynamo });
  const signUps = makeSignUps({ ...runtime, dynamo });
  const recordEvent = makeRecordEvent({ ...runtime, retentionSeconds: 86_400 });
  const phc = hash(SEED_PASSWORD, { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 });
  const secrets = makeFactorSecrets({ ...runtime, keyring });
  const challengeTokens = makeChallengeTokens({ keyring });
  const verifications = makeVerifications({ ...runtime, dynamo });
  const later = (): number => systemClock.nowSeconds() + 1800;

  const account = async (email: string) => {
    const nowSeconds = systemClock.nowSeconds();
    const row = {
      accountId: csprng.uuid(),
      email,
      phone: null,
      epoch: 1,
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

  return {
    account,
    /** An account with an authenticator app, whose sign-in waits for its code; the code is good now. */
    challenge: async (email: string): Promise<{ token: string; code: string }> => {
      const { accountId, epoch } = await account(email);
      const appId = csprng.uuid();
      const secret = csprng.bytes(TOTP_SECRET_BYTES);
      const app = {
        name: 'App',
        secret: secrets.sealTotp(secret, { accountId, appId }),
        lastStep: 0,
        enrolledAtEpochSeconds: systemClock.nowSeconds(),
      };
      await dynamo.write(prepareFactors(accountId));
      await dynamo.transact([changeFactors({ accountId, seen: parseFactors(null), change: { app: { appId, app } } })]);
      const verificationId = csprng.uuid();
      await verifications.begin({
        verificationId,
        purpose: 'sign-in',
        accountId,
        epoch,
        phoneNumber: null,
        country: null,
        deviceName: null,
        expiresAtEpochSeconds: later(),
      });
      const token = challengeTokens.write({ verificationId, accountId, factors: ['totp'] });
      return { token, code: generateSync({ secret, epoch: systemClock.nowSeconds() }) };
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
    signUp: async (email: string): Promise<string> => {
      const token = makeOneTimeToken(csprng);
      await signUps.issue({ tokenHash: sha256(token), email, locale: null, expiresAtEpochSeconds: later() });
      return token;
    },
  };
};
