import { SMS_CODE_SECONDS } from '../../shared/contract/lifetimes.ts';
import type { DerivedSecrets } from '../../shared/keyring/derived-secrets.ts';
import type { Clock } from '../../shared/primitives/clock.ts';
import type { FactorSecrets } from '../../shared/two-factor/factor-secrets.ts';
import { sentCode, type Verification, type Verifications } from '../../shared/two-factor/verifications.ts';

export interface IssueSmsCodeDeps {
  verifications: Pick<Verifications, 'setCode'>;
  secrets: Pick<FactorSecrets, 'hashSmsCode' | 'isSmsCode'>;
  derivedSecrets: DerivedSecrets;
  clock: Clock;
}

/** A code that an SMS is to bring. */
interface CodeRequest {
  /** As it was read just now; it lives. */
  verification: Verification;
  to: { e164: string; country: string };
  requestedAtMs: number;
}

/** A code, and the whole seconds that it still lives. */
interface IssuedCode {
  code: string;
  validSeconds: number;
}

/**
 * Makes the code of a verification, or the same one again while it lives: an SMS that comes late is right, and a stranger's request
 * ends no code in the owner's hand. Its life and its tries stay as they are.
 *
 * @returns `null` where another delivery has stored a code since the verification was read
 */
export const makeIssueSmsCode =
  ({ verifications, secrets, derivedSecrets, clock }: IssueSmsCodeDeps) =>
  async ({ verification, to, requestedAtMs }: CodeRequest): Promise<IssuedCode | null> => {
    const { verificationId, purpose, epoch, codeSalt, codeExpiresAtEpochSeconds } = verification;
    const nowSeconds = clock.nowSeconds();
    const derive = (salt: string) =>
      derivedSecrets.code(salt, {
        purpose: 'sms-code-value',
        row: `${purpose}/${verificationId}`,
        epoch,
        destination: to.e164,
      });

    const sent = sentCode(verification, nowSeconds);
    const known = sent && codeSalt !== undefined && sent.phoneNumber === to.e164 ? await derive(codeSalt) : null;
    // Release 0.1.0 leaves the salt where it puts a code of its own in the place of one of ours.
    if (sent && known !== null && (await secrets.isSmsCode(sent.hash, known, sent))) {
      return { code: known, validSeconds: (codeExpiresAtEpochSeconds ?? nowSeconds) - nowSeconds };
    }

    const salt = derivedSecrets.newSalt();
    const code = await derive(salt);
    if (code === null) throw new Error('the keyring lacks its current version');
    // No longer than the verification that it answers: the message must not promise more.
    const expiresAtEpochSeconds = Math.min(nowSeconds + SMS_CODE_SECONDS, verification.expiresAtEpochSeconds);
    const hash = secrets.hashSmsCode(code, { verificationId, phoneNumber: to.e164 });
    const stored = await verifications.setCode(verification, { hash, salt, to, requestedAtMs, expiresAtEpochSeconds });
    return stored ? { code, validSeconds: expiresAtEpochSeconds - nowSeconds } : null;
  };

export type IssueSmsCode = ReturnType<typeof makeIssueSmsCode>;
