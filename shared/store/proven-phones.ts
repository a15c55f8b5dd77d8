import type { Principal } from '../domain/session.ts';
import { accountKey, CURRENT_SESSION, phoneClaimKey } from './accounts.ts';
import type { Write } from './dynamo.ts';
import { rowStamp } from './row.ts';

/** A number that an account's owner has just proven. */
export interface ProvenPhone {
  principal: Principal;
  phone: { e164: string; country: string };
  /** Whether another number stood there: then everybody else is signed out. */
  replaces: boolean;
  nowSeconds: number;
}

/**
 * Notes a proven number, and makes it the one that recovery by phone goes by; loses when the session has ended. Whoever
 * proved the number before has it no more: numbers are handed on, and who reads its SMS today is its owner.
 */
export const provePhone = ({ principal, phone, replaces, nowSeconds }: ProvenPhone): Write[] => [
  {
    kind: 'update',
    table: 'accounts',
    key: accountKey(principal.accountId),
    update:
      'SET #phone = :phone, #profileVersion = #profileVersion + :one, #updatedAtEpochSeconds = :now, #epoch = :next',
    condition: CURRENT_SESSION,
    names: { '#session': principal.sessionId },
    values: {
      ':phone': phone,
      ':one': 1,
      ':now': nowSeconds,
      ':epoch': principal.epoch,
      ':next': replaces ? principal.epoch + 1 : principal.epoch,
    },
  },
  {
    kind: 'put',
    table: 'accounts',
    item: { ...phoneClaimKey(phone.e164), ...rowStamp, accountId: principal.accountId },
  },
];
