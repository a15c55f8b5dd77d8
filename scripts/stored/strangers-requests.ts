import { downloadExport } from '../../test/support/data-export.ts';
import { keepAccount } from '../../test/support/deletion.ts';
import { confirmEmailChange } from '../../test/support/email-change.ts';
import {
  checkResetToken,
  refresh,
  resetPassword,
  revokeRecovery,
  revokeToken,
  signIn,
} from '../../test/support/journeys.ts';
import { jsonBody, loadEvent } from '../../test/support/load-event.ts';
import { proveEmail } from '../../test/support/lost-mail.ts';
import { revokeSignIn } from '../../test/support/sign-in-veto.ts';
import { undo } from '../../test/support/undo.ts';
import { askForCode, giveCode } from '../../test/support/verification.ts';
import type { World } from '../../test/support/world.ts';

/** What the requests of strangers name. Each has a namesake of the same length that is known to the service, or is not. */
export interface Named {
  email: string;
  phoneNumber: string;
}

/** A request that takes no account. */
export interface StrangersRequest {
  /** The flow, and what is particular. */
  name: string;
  send(world: World, named: Named): Promise<{ status: number }>;
}

const INVENTED_TOKEN = '0123456789ABCDEFGHJKMNPQRS';
const WRONG_PASSWORD = 'a guess of a password';

/** Every flow that strangers can call and that stores anything, or could. */
export const STRANGERS_REQUESTS: readonly StrangersRequest[] = [
  {
    name: 'sign-up',
    send: (world, { email }) => world.call('sign-up', loadEvent('sign-up/json', jsonBody({ email }))),
  },
  {
    name: 'complete-sign-up (with an invented token)',
    send: (world) => {
      const body = jsonBody({ token: INVENTED_TOKEN, password: WRONG_PASSWORD });
      return world.call('complete-sign-up', loadEvent('complete-sign-up/json', body));
    },
  },
  {
    name: 'sign-in (with a wrong password)',
    send: (world, { email }) => signIn(world, email, WRONG_PASSWORD),
  },
  {
    name: 'request-recovery',
    send: (world, { email }) => world.call('request-recovery', loadEvent('request-recovery/json', jsonBody({ email }))),
  },
  {
    name: 'request-sign-in-link',
    send: (world, { email }) =>
      world.call('request-sign-in-link', loadEvent('request-sign-in-link/json', jsonBody({ email }))),
  },
  {
    name: 'check-reset-token (with an invented token)',
    send: (world) => checkResetToken(world, INVENTED_TOKEN),
  },
  {
    name: 'reset-password (with an invented token)',
    send: (world) => resetPassword(world, INVENTED_TOKEN, WRONG_PASSWORD),
  },
  {
    name: 'revoke-recovery (with an invented token)',
    send: (world) => revokeRecovery(world, INVENTED_TOKEN),
  },
  {
    name: 'confirm-email-change (with an invented token)',
    send: (world) => confirmEmailChange(world, INVENTED_TOKEN),
  },
  {
    name: 'confirm-email-proof (with an invented token)',
    send: (world) => proveEmail(world, INVENTED_TOKEN),
  },
  {
    name: 'undo-change (with an invented token)',
    send: (world) => undo(world, INVENTED_TOKEN),
  },
  {
    name: 'cancel-deletion (with an invented token)',
    send: (world) => keepAccount(world, INVENTED_TOKEN),
  },
  {
    name: 'revoke-sign-in (with an invented token)',
    send: (world) => revokeSignIn(world, INVENTED_TOKEN),
  },
  {
    name: 'download-export (with an invented token)',
    send: (world) => downloadExport(world, INVENTED_TOKEN),
  },
  {
    name: 'request-verification',
    send: (world, { phoneNumber }) => askForCode(world, { phoneNumber }),
  },
  {
    name: 'verify-code (with a guess)',
    send: (world) => giveCode(world, '123456'),
  },
  {
    name: 'refresh-session (with an invented token)',
    send: (world) => refresh(world, 'A'.repeat(86)),
  },
  {
    name: 'revoke-token (with an invented token)',
    send: (world) => revokeToken(world, 'A'.repeat(86)),
  },
];
