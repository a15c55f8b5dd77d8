// Written by `npm run generate` from the manifest.

/** Routes that ask for a fresh session, always or of some requests: what `action` of reauthenticate can name. */
export const BINDABLE_ROUTES: readonly string[] = [
  'DELETE /account',
  'DELETE /sessions',
  'DELETE /sessions/{session_id}',
  'DELETE /two-factor/reset',
  'DELETE /two-factor/{factor}',
  'PATCH /profile/{user_id}',
  'POST /account/export',
  'POST /two-factor/recovery-codes',
  'POST /two-factor/totp',
  'POST /two-factor/totp/confirm',
  'POST /verification',
  'POST /verification/verify',
  'PUT /account/password',
  'PUT /profile/{user_id}',
];
