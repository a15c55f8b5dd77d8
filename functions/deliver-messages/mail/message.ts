import type { SecurityNoticeEvent } from '../../../shared/outbox/security-notice-event.ts';
import type { DescribedDevice } from '../../../shared/primitives/described-device.ts';

import type { EmailChangeMessage } from './email-change-body.ts';
import type { OperatorMessage } from './operator-body.ts';

/** The link that takes back what a message tells of; left out where it can't be. */
export interface UndoLink {
  token: string;
  /** RFC 3339, UTC: the token's end. */
  until: string;
}

/** Content of a message with a token that strangers can ask for. */
export interface RequestedMessage {
  kind: 'recovery' | 'sign-in-link';
  token: string;
  validSeconds: number;
  /** RFC 3339, UTC. */
  requestedAt: string;
  device: DescribedDevice;
}

/** Content of a message about a recovery that was asked for by phone; its token ends that. */
export interface RecoveryByPhoneMessage {
  kind: 'recovery-by-phone';
  token: string;
  /** What of the number may be shown. */
  phoneHint: string;
  /** RFC 3339, UTC. */
  requestedAt: string;
  device: DescribedDevice;
}

/** Content of a message. Tokens are canonical, 26 characters. */
export type Message =
  | RequestedMessage
  | RecoveryByPhoneMessage
  | {
      /** Of a sign-in from a device that the account doesn't know. */
      kind: 'sign-in-code';
      /** Digits. */
      code: string;
      validSeconds: number;
      /** RFC 3339, UTC. */
      requestedAt: string;
      device: DescribedDevice;
      /** `null` where it isn't known. */
      network: string | null;
      /** Of the network, ISO 3166-1 alpha-2; left out where it isn't known. */
      country?: string | undefined;
    }
  | {
      /** A sign-in was complete on such a device. */
      kind: 'new-device';
      /** RFC 3339, UTC. */
      happenedAt: string;
      device: DescribedDevice;
      /** `null` where it isn't known. */
      network: string | null;
      /** Of the network, ISO 3166-1 alpha-2; left out where it isn't known. */
      country?: string | undefined;
      /** Takes the sign-in back; left out where it is too late for that. */
      veto?: UndoLink | undefined;
    }
  | { kind: 'sign-up'; token: string; validSeconds: number }
  | { kind: 'already-registered' }
  | EmailChangeMessage
  | {
      /** For the new address of an account. */
      kind: 'email-changed';
      /** RFC 3339, UTC. */
      changedAt: string;
    }
  | {
      kind: 'password-changed';
      /** RFC 3339, UTC. */
      changedAt: string;
      undo?: UndoLink | undefined;
    }
  | { kind: 'email-proof'; token: string; validSeconds: number }
  | OperatorMessage
  | { kind: 'change-undone'; token: string; validSeconds: number }
  | { kind: 'export-ready'; token: string; validSeconds: number }
  | {
      kind: 'deletion-requested';
      /** Who asked for it: one who was signed in, or the operator's support. */
      by: 'owner' | 'support';
      /** Cancels the deletion. */
      token: string;
      /** RFC 3339, UTC. */
      requestedAt: string;
      /** RFC 3339, UTC. */
      erasesAt: string;
    }
  | {
      kind: 'security-notice';
      event: SecurityNoticeEvent;
      /** RFC 3339, UTC. */
      happenedAt: string;
      /** Set only when a recovery code was used. */
      recoveryCodesLeft?: number | undefined;
      /** RFC 3339, UTC: when an app's codes, refused until then, are accepted again. */
      acceptedAgainAt?: string | undefined;
      undo?: UndoLink | undefined;
    }
  | {
      kind: 'phone-proven-elsewhere';
      /** RFC 3339, UTC. */
      happenedAt: string;
      /** Whether the reader's own profile shows the number as verified. */
      isVerified: boolean;
    };
