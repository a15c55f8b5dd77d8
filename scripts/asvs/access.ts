import { deviates, doesNotApply, met, metWith, notMet, type Statements, stated } from './statement.ts';

/** ASVS 5.0 chapters 7 to 10: sessions, authorization, tokens. */
export const ACCESS: Statements = {
  '7.1.1': stated('document', 'lifetimes, and why they are longer than NIST recommends.', 'docs/inventory.md'),
  '7.1.2': stated('document', '100 sessions; where another begins, the least recently used ends.', 'docs/inventory.md'),
  '7.2.1': met('shared/session/access-tokens.ts', 'shared/account/principal.ts'),
  '7.2.2': met('shared/session/session-tokens.ts'),
  '7.2.3': met('shared/session/refresh-tokens.ts'),
  '7.2.4': deviates(
    'a sign-in begins a session of its own, and its challenge ends with that. Reauthenticate gives a new access token and leaves the older one as it was, no fresher than before, until it expires within 5 minutes.',
    'functions/reauthenticate/flow.ts',
  ),
  '7.3.1': met('shared/session/session-expiry.ts'),
  '7.3.2': met('shared/session/session-expiry.ts'),
  '7.4.1': met('functions/sign-out/flow.ts', 'shared/account/principal.ts'),
  '7.4.2': notMet(
    'accounts can be neither disabled nor deleted yet. A token of an account that is gone is refused already.',
  ),
  '7.4.3': met('shared/session/owner-action.ts', 'shared/account/recoveries.ts'),
  '7.4.4': stated('design', 'no hosted page is for a signed-in person; apps call `DELETE /sessions/current`.', 'web'),
  '7.4.5': doesNotApply(
    'there is no administration. An operator can raise the `epoch` of an account’s row, which ends all of its sessions.',
  ),
  '7.5.1': met('shared/account/principal.ts', 'functions/reauthenticate/flow.ts'),
  '7.5.2': met('functions/list-sessions/flow.ts', 'functions/revoke-session/flow.ts'),
  '8.1.1': stated('document', 'who may call each flow.', 'README.md#flows'),
  '8.1.2': stated('document', 'who may read and write each field.', 'docs/inventory.md'),
  '8.2.1': met('shared/contract/contract.ts', 'shared/http/middlewares'),
  '8.2.2': met('functions/get-profile/flow.ts', 'functions/update-profile/flow.ts'),
  '8.2.3': met('shared/contract/profile-fields.ts', 'shared/account/profile-view.ts'),
  '8.3.1': met('shared/http/http-handler.ts', 'shared/http/validate.ts'),
  '8.4.1': doesNotApply('a stack serves one product, in tables and keys of its own.'),
  '9.1.1': met('shared/session/access-tokens.ts', 'shared/keyring/sign-opaque.ts'),
  '9.1.2': met('shared/session/access-tokens.ts', 'shared/keyring/sign-jwt.ts'),
  '9.1.3': met('shared/session/access-tokens.ts'),
  '9.2.1': met('shared/session/access-tokens.ts'),
  '9.2.2': met('shared/keyring/token-kinds.ts'),
  '9.2.3': met('shared/keyring/token-kinds.ts'),
  '9.2.4': met('shared/keyring/token-kinds.ts'),
  '10.4.5': met('functions/refresh-session/flow.ts'),
  '10.4.8': metWith('The absolute life is of the session, whatever is refreshed.', 'shared/session/session-expiry.ts'),
};
