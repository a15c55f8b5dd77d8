/** Files of one subject, and the suites that say what they do. Paths are relative to the project; files may be patterns. */
export interface Subject {
  name: string;
  files: readonly string[];
  suites: readonly string[];
}

const suites = (folder: string, ...names: readonly string[]): string[] =>
  names.map((name) => `test/${folder}/${name}.test.ts`);

/** What is mutated: the code that decides, by its subjects, each with the suites of its own. Handlers, wiring and I/O are not. */
export const SUBJECTS: readonly Subject[] = [
  {
    name: 'limits',
    files: ['shared/limits/*.ts'],
    suites: [
      ...suites('limits', 'limits', 'rate-limit', 'source-network'),
      ...suites('captcha', 'captcha', 'near-limit'),
    ],
  },
  {
    name: 'attempts',
    files: [
      'shared/two-factor/{attempt-policy,attempts,failure-counters,match-factor,recovery-code,totp}.ts',
      'shared/primitives/{crockford,digit-code}.ts',
    ],
    suites: [
      ...suites(
        'two-factor',
        'attempt-policy',
        'attempts',
        'attempts-of-challenges',
        'match-factor',
        'recovery-code',
        'totp',
      ),
      ...suites('primitives', 'crockford', 'digit-code'),
    ],
  },
  {
    name: 'tokens',
    files: [
      'shared/keyring/{derived-secrets,sign-opaque,token-kinds}.ts',
      'shared/primitives/one-time-token.ts',
      'shared/primitives/uuid-bytes.ts',
      'shared/two-factor/challenge-tokens.ts',
      'shared/devices/device-tokens.ts',
    ],
    suites: [
      ...suites('keyring', 'derived-secrets', 'sign-opaque', 'token-kinds'),
      ...suites('two-factor', 'challenge-tokens'),
      ...suites('devices', 'device-tokens'),
      ...suites('primitives', 'one-time-token'),
    ],
  },
  {
    name: 'session tokens',
    files: [
      'shared/keyring/{jwt-text,rs256,sign-jwt,verify-jwt}.ts',
      'shared/session/{access-tokens,refresh-tokens,session-expiry}.ts',
      'shared/primitives/digest.ts',
    ],
    suites: [
      ...suites('keyring', 'rs256'),
      ...suites('session', 'access-tokens', 'refresh-tokens', 'session-expiry'),
      ...suites('primitives', 'digest'),
    ],
  },
  {
    name: 'rules of SMS',
    files: ['shared/sms/{sms-budget-policy,sms-rules}.ts'],
    suites: suites('sms', 'sms-budget-policy', 'sms-rules', 'sms-budget'),
  },
  {
    name: 'rules of recovery, passwords and repeats',
    files: [
      'functions/deliver-messages/token-spacing.ts',
      'shared/account/password-policy.ts',
      'shared/contract/throttle.ts',
      'shared/idempotency/{idempotency-key,kept-answer-policy}.ts',
    ],
    suites: [
      ...suites('functions/deliver-messages', 'token-spacing'),
      ...suites('account', 'password-policy'),
      ...suites('contract', 'throttle'),
      ...suites('idempotency', 'idempotency-key', 'kept-answer-policy'),
    ],
  },
  {
    name: 'rules of addresses and numbers',
    files: ['shared/primitives/{email-address,mailbox,phone-number}.ts'],
    suites: suites('primitives', 'email-address', 'mailbox', 'phone-number'),
  },
];
