import type { Write } from '../aws/dynamo.ts';
import type { Scope } from '../lambda/scope.ts';
import { makeRecordIntentWrite, type RecordIntentWrite } from '../outbox/outbox.ts';
import type { FactorProof } from './match-factor.ts';

/**
 * Notices that a proof requires, for its transaction: a used recovery code may have been found by an attacker, and the
 * owner has to know how many are left.
 *
 * @param proof `null` where no second factor was required
 */
export type NoticeOfProofWrites = (accountId: string, proof: FactorProof | null) => Write[];

const makeNoticeOfProofWrites =
  (recordIntentWrite: RecordIntentWrite): NoticeOfProofWrites =>
  (accountId, proof) =>
    proof?.factor === 'recovery_code'
      ? [
          recordIntentWrite({
            kind: 'security-notice',
            accountId,
            event: 'recovery-code-used',
            recoveryCodesLeft: proof.left,
          }),
        ]
      : [];

export const provideNoticeOfProofWrites = ({ use }: Scope): NoticeOfProofWrites =>
  makeNoticeOfProofWrites(use(makeRecordIntentWrite));
