import { formBody, jsonBody, loadEvent } from '../../test/support/load-event.ts';
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
    send: (world) =>
      world.call(
        'complete-sign-up',
        loadEvent('complete-sign-up/json', jsonBody({ token: INVENTED_TOKEN, password: WRONG_PASSWORD })),
      ),
  },
  {
    name: 'sign-in (with a wrong password)',
    send: (world, { email }) =>
      world.call('sign-in', loadEvent('sign-in/json', jsonBody({ email, password: WRONG_PASSWORD }))),
  },
  {
    name: 'request-recovery',
    send: (world, { email }) => world.call('request-recovery', loadEvent('request-recovery/json', jsonBody({ email }))),
  },
  {
    name: 'check-reset-token (with an invented token)',
    send: (world) =>
      world.call('check-reset-token', loadEvent('check-reset-token/json', jsonBody({ reset_token: INVENTED_TOKEN }))),
  },
  {
    name: 'reset-password (with an invented token)',
    send: (world) =>
      world.call(
        'reset-password',
        loadEvent('reset-password/form', formBody({ token: INVENTED_TOKEN, new_password: WRONG_PASSWORD })),
      ),
  },
  {
    name: 'revoke-recovery (with an invented token)',
    send: (world) =>
      world.call('revoke-recovery', loadEvent('revoke-recovery/form', formBody({ token: INVENTED_TOKEN }))),
  },
  {
    name: 'request-verification',
    send: (world, { phoneNumber }) =>
      world.call(
        'request-verification',
        loadEvent('request-verification/json', jsonBody({ phone_number: phoneNumber })),
      ),
  },
  {
    name: 'verify-code (with a guess)',
    send: (world) => world.call('verify-code', loadEvent('verify-code/form', formBody({ code: '123456' }))),
  },
  {
    name: 'refresh-session (with an invented token)',
    send: (world) =>
      world.call('refresh-session', loadEvent('refresh-session/json', jsonBody({ refresh_token: 'A'.repeat(86) }))),
  },
];
