/**
 * The one catalogue of good requests: for every flow the request that it is for, and one for each of its other paths.
 * Attack suites, the benchmark and the probes of least privilege draw on it; each knows how requests travel there.
 */
import { ACCOUNT_REQUESTS } from './account-requests.ts';
import { CODE_REQUESTS } from './code-requests.ts';
import { DELETION_REQUESTS, EXPORT_ROW_REQUESTS } from './deletion-requests.ts';
import { EMAIL_CHANGE_REQUESTS, EMAIL_CHANGE_ROW_REQUESTS } from './email-change-requests.ts';
import { EMAIL_PROOF_REQUESTS } from './email-proof-requests.ts';
import { FACTOR_RESET_REQUESTS } from './factor-reset-requests.ts';
import type { GoodRequest } from './good-request.ts';
import { MESSAGE_REQUESTS as OTHER_MESSAGE_REQUESTS } from './message-requests.ts';
import { OLD_ROW_REQUESTS } from './old-row-requests.ts';
import { RECOVERY_PHONE_REQUESTS, RECOVERY_SMS_REQUESTS } from './recovery-phone-requests.ts';
import { SECOND_FACTOR_REQUESTS } from './second-factor-requests.ts';
import type { ServiceWithRows } from './service.ts';
import { SESSION_REQUESTS } from './session-requests.ts';
import { SHARED_NUMBER_REQUESTS } from './shared-number-requests.ts';
import { SIGN_IN_VETO_REQUESTS, SIGN_IN_VETO_ROW_REQUESTS } from './sign-in-veto-requests.ts';
import { STEP_UP_REQUESTS } from './step-up-requests.ts';
import { UNDO_REQUESTS } from './undo-requests.ts';

/** Requests that only other requests prepare. */
export const GOOD_REQUESTS: readonly GoodRequest[] = [
  ...ACCOUNT_REQUESTS,
  ...SESSION_REQUESTS,
  ...SECOND_FACTOR_REQUESTS,
  ...CODE_REQUESTS,
  ...EMAIL_CHANGE_REQUESTS,
  ...UNDO_REQUESTS,
  ...RECOVERY_PHONE_REQUESTS,
  ...DELETION_REQUESTS,
  ...SIGN_IN_VETO_REQUESTS,
];

/** Every request to a flow over HTTP, those that meet older rows, or numbers of several accounts, or that bring a proof of their own, included. */
export const ALL_REQUESTS: readonly GoodRequest<ServiceWithRows>[] = [
  ...GOOD_REQUESTS,
  ...OLD_ROW_REQUESTS,
  ...SHARED_NUMBER_REQUESTS,
  ...STEP_UP_REQUESTS,
  ...EMAIL_CHANGE_ROW_REQUESTS,
  ...EMAIL_PROOF_REQUESTS,
  ...FACTOR_RESET_REQUESTS,
  ...EXPORT_ROW_REQUESTS,
  ...SIGN_IN_VETO_ROW_REQUESTS,
];

/** Those that leave a message for the flow that delivers it. */
export const MESSAGE_REQUESTS: readonly GoodRequest<ServiceWithRows>[] = [
  ...OTHER_MESSAGE_REQUESTS,
  ...RECOVERY_SMS_REQUESTS,
];

export { EMAIL_PROOF_REQUESTS, EXPORT_ROW_REQUESTS, FACTOR_RESET_REQUESTS, OLD_ROW_REQUESTS };
