import type { Write } from '../aws/dynamo.ts';
import type { Scope } from '../lambda/scope.ts';
import { makeRecordIntentWrite, type RecordIntentWrite } from '../outbox/outbox.ts';
import type { FactorProof } from './match-factor.ts';

/**
 * The messages that a proof calls for, to ride with it: whoever used a recovery code may have found the sheet, and its owner has
 * to know how many are left.
 *
 * @param proof `null` where no second factor was wanted
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
