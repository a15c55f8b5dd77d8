/** What a file may not say, and which files it is for. */
interface TextRule {
  rule: string;
  pattern: RegExp;
  /** @param file its path from the project's root */
  applies(file: string): boolean;
}

const outside =
  (...places: string[]) =>
  (file: string): boolean =>
    !places.some((place) => file.startsWith(place));

const TEXT_RULES: readonly TextRule[] = [
  {
    rule: 'time comes from the clock',
    pattern: /\bDate\.now\(|\bnew Date\(\)/,
    applies: outside('shared/lambda/system-clock.ts', 'local/', 'infra/', 'web/client/'),
  },
  {
    rule: 'the environment is read in one place',
    pattern: /\bprocess\.env\b/,
    applies: outside(
      'shared/lambda/',
      'shared/settings/',
      'shared/aws/aws-environment.ts',
      'local/',
      'infra/',
      'bench/',
    ),
  },
  {
    rule: 'randomness is handed in',
    pattern: /\bMath\.random\(|\brandomUUID\(|\brandomBytes\(|\brandomInt\(/,
    applies: outside('shared/primitives/randomness.ts', 'local/'),
  },
  {
    rule: 'pure functions are imported, not handed in',
    pattern: /^\s+\w+\??: typeof \w+;$/m,
    applies: (file) => file.startsWith('functions/') || file.startsWith('shared/'),
  },
  {
    rule: 'rows are declared, and their expressions are not written by hand',
    pattern: /\battribute_(?:not_)?exists\(|\browStamp\b|\bschemaVersion:/,
    applies: (file) => (file.startsWith('functions/') || file.startsWith('shared/')) && !file.startsWith('shared/aws/'),
  },
  {
    rule: 'errors of AWS are in one table',
    pattern: /'\w+(?:Exception|Rejected|Throttled|Throttling|ThrottlingError|CheckFailed)'|\$fault\b.*===/,
    applies: (file) =>
      (file.startsWith('functions/') || file.startsWith('shared/')) && file !== 'shared/aws/aws-errors.ts',
  },
  {
    rule: 'markup is made by the tag that escapes',
    pattern: /\bnew Html\(|\bescapeHtml\(/,
    applies: outside('shared/primitives/', 'local/inbox/query-protocol.ts'), // the second writes XML
  },
  {
    rule: 'keys are generated in one place',
    pattern: /\bgenerateKey(?:Pair)?(?:Sync)?\b/,
    applies: outside('shared/keyring/keyring-material.ts'),
  },
  {
    rule: 'JWTs are signed in one place',
    pattern: /\bSignJWT\b|\bkeyring\.signingKey\(/,
    applies: outside('shared/keyring/sign-jwt.ts', 'functions/rotate-keyring/check-rotation.ts'), // the second tries the key
  },
  {
    rule: 'the kinds of opaque tokens are in one table',
    pattern: /\bpayloadBytes: \d/,
    applies: outside('shared/keyring/token-kinds.ts'),
  },
  {
    rule: 'clients are made behind their ports',
    pattern: /\bnew \w+Client\(/,
    applies: outside(
      'shared/aws/sdk-dynamo-client.ts',
      'shared/aws/secrets-client.ts',
      'functions/deliver-messages/mail/connect-ses.ts',
      'functions/deliver-messages/sms/connect-sns.ts',
      'functions/deliver-messages/connect-dead-letters.ts',
      'local/',
      'bench/',
      'scripts/', // an operator's tools, which scan tables and queues as no function may
    ),
  },
];

/** The rules that a file breaks by what it says. Whom it imports is the business of .dependency-cruiser.mjs. */
export const brokenTextRules = (file: string, text: string): string[] =>
  TEXT_RULES.filter(({ applies, pattern }) => applies(file) && pattern.test(text)).map(({ rule }) => rule);
