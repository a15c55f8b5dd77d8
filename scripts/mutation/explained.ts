import type { Explanation } from './survivors.ts';

/**
 * Mutants that survive, and why that is right. `npm run test:mutation` fails for a survivor that is not here, and for a change of
 * these that is found or gone.
 */
export const EXPLAINED: readonly Explanation[] = [
  {
    file: 'shared/account/password-policy.ts',
    line: 'commonPasswordSet ??= new Set(commonPasswords); // made at the first use: most functions never ask',
    changes: ['commonPasswordSet ??= new Set(commonPasswords) → commonPasswordSet &&= new Set(commonPasswords)'],
    why: 'The runs before it in the same process have made the set. Alone, every password would be an error.',
    mayBeFound: true,
  },
  {
    file: 'shared/idempotency/idempotency-key.ts',
    line: "const key = STRING.exec(text)?.[1]?.replaceAll(/\\\\([\"\\\\])/g, '$1') ?? BARE.exec(text)?.[0] ?? '';",
    changes: ['STRING.exec(text)?.[1]?.replaceAll → STRING.exec(text)?.[1].replaceAll'],
    why: 'What matches has the group; TypeScript does not know.',
  },
  {
    file: 'shared/limits/request-windows.ts',
    line: "const [, size] = sources === 1 ? [] : network.split('/');",
    changes: ['[] → ["Stryker was here"]'],
    why: 'The first part is not looked at, and there is no second.',
  },
  {
    file: 'shared/limits/request-windows.ts',
    line: "return windowFor('source', network, { max: max * sources, windowSeconds }, name);",
    changes: [`'source' → ""`],
    why: 'Only the dimensions identifier and global are asked for; the name of the counter is given beside it.',
  },
  {
    file: 'shared/limits/request-windows.ts',
    line: "own: perIdentifier && identifier !== undefined ? [windowFor('identifier', identifier, perIdentifier)] : [],",
    changes: [
      'perIdentifier && identifier !== undefined → perIdentifier || identifier !== undefined',
      'identifier !== undefined → true',
    ],
    why: 'The guard before has made sure that both are there or neither; TypeScript has to be told of each.',
  },
  {
    file: 'shared/limits/request-windows.ts',
    line: "global: windowFor('global', '', numbers.global),",
    changes: [`'' → "Stryker was here!"`],
    why: 'The counter of all is named by its shard. The text only moves the seconds at which its windows begin.',
  },
  {
    file: 'shared/limits/limits.ts',
    line: "const spendWith: Limits['spendWith'] = async ({ writes = [], captcha: shown, ...request }) => {",
    changes: ['[] → ["Stryker was here"]'],
    why: 'A text is no write, and the SDK leaves out what is none.',
  },
  {
    file: 'shared/limits/limits.ts',
    line: 'const first = await count(windows, [], shown);',
    changes: ['[] → ["Stryker was here"]'],
    why: 'A text is no write, and the SDK leaves out what is none.',
  },
  {
    file: 'shared/limits/limit-counter.ts',
    line: 'shape: { used: z.int(), expiresAtEpochSeconds: z.int() },',
    changes: ['{ used: z.int(), expiresAtEpochSeconds: z.int() } → {}'],
    why: 'A counter is written and compared in conditions, and never read: its shape is for the types.',
  },
  {
    file: 'shared/limits/rate-limit.ts',
    line: 'const last = windows.reduce((a, b) => (b.endsAtEpochSeconds > a.endsAtEpochSeconds ? b : a));',
    changes: ['b.endsAtEpochSeconds > a.endsAtEpochSeconds → b.endsAtEpochSeconds >= a.endsAtEpochSeconds'],
    why: 'Of two windows that end in the same second either tells the wait.',
  },
  {
    file: 'shared/two-factor/attempts.ts',
    line: 'if (verificationId === null) return [];',
    changes: ['[] → ["Stryker was here"]'],
    why: 'A text is no write, and the SDK leaves out what is none.',
  },
  {
    file: 'shared/two-factor/attempts.ts',
    line: "...(factor === 'password' ? [] : [recordIntentWrite({ kind: 'security-notice', accountId, event })]),",
    changes: ['[] → ["Stryker was here"]'],
    why: 'A text is no write, and the SDK leaves out what is none.',
  },
  {
    file: 'shared/two-factor/attempts.ts',
    line: "const isToldOf = (step: AttemptStep): boolean => typeof step === 'object' && isOwnerTold(step.after + 1);",
    changes: ["typeof step === 'object' → true"],
    why: 'A step without a number makes NaN, of which no owner is told; TypeScript has to be told.',
  },
  {
    file: 'shared/two-factor/attempts.ts',
    line: "if (!current) return 'locked';",
    changes: ['!current → false', `'locked' → ""`],
    why: 'A free attempt is refused by a row that is there, so there is one; the type of refusals does not say it.',
  },
  {
    file: 'shared/two-factor/attempts.ts',
    line: 'const next = stepAfter(factorRefusal?.current ?? null, isFallbackAttempt);',
    changes: ['factorRefusal?.current → factorRefusal.current'],
    why: 'Neither the caller nor the challenge has refused, so the factor has.',
  },
  {
    file: 'shared/two-factor/attempts.ts',
    line: 'if (verificationId !== null && challengeRefusal) {',
    changes: ['verificationId !== null → true'],
    why: 'Without a challenge the third write is the event of a lock, which nothing refuses.',
  },
  {
    file: 'shared/two-factor/attempts.ts',
    line: "export const provideAttempts = (scope: Scope<'events'> & Pick<Ports, 'dynamo'>): Attempts =>",
    changes: [
      "(scope: Scope<'events'> & Pick<Ports, 'dynamo'>): Attempts => makeAttempts({ ...scope, recordEventWrite: scope.use(provideRecordEventWrite), recordIntentWrite: scope.use(makeRecordIntentWrite), }) → () => undefined",
    ],
    why: 'Wiring of the deployed flows, which their own suites start with it (test/functions).',
  },
  {
    file: 'shared/two-factor/attempts.ts',
    line: 'makeAttempts({',
    changes: [
      '{ ...scope, recordEventWrite: scope.use(provideRecordEventWrite), recordIntentWrite: scope.use(makeRecordIntentWrite), } → {}',
    ],
    why: 'Wiring of the deployed flows, which their own suites start with it (test/functions).',
  },
  {
    file: 'shared/two-factor/match-factor.ts',
    line: "export const provideMatchFactor = ({ use }: Scope & Pick<Ports, 'keyring'>): MatchFactor =>",
    changes: [
      "({ use }: Scope & Pick<Ports, 'keyring'>): MatchFactor => makeMatchFactor(use(makeFactorSecrets)) → () => undefined",
    ],
    why: 'Wiring of the deployed flows, which their own suites start with it (test/functions).',
  },
  {
    file: 'shared/session/access-tokens.ts',
    line: 'export const provideAccessTokens = (',
    changes: [
      "( scope: Scope<'audience' | 'publicUrl'> & Pick<Ports, 'keyring'>, ): AccessTokenVerifier => makeAccessTokenVerifier({ ...scope, authority: tokenAuthority(scope.settings) }) → () => undefined",
    ],
    why: 'Wiring of the deployed flows, which their own suites start with it (test/functions).',
  },
  {
    file: 'shared/session/access-tokens.ts',
    line: '): AccessTokenVerifier => makeAccessTokenVerifier({ ...scope, authority: tokenAuthority(scope.settings) });',
    changes: ['{ ...scope, authority: tokenAuthority(scope.settings) } → {}'],
    why: 'Wiring of the deployed flows, which their own suites start with it (test/functions).',
  },
  {
    file: 'shared/session/access-tokens.ts',
    line: 'export const provideAccessTokenSigner = (',
    changes: [
      "( scope: Scope<'audience' | 'publicUrl' | 'sessions'> & Pick<Ports, 'keyring'>, ): AccessTokenSigner => makeAccessTokenSigner({ ...scope, authority: tokenAuthority(scope.settings), lifetimeSeconds: scope.settings.sessions.accessTokenSeconds, }) → () => undefined",
    ],
    why: 'Wiring of the deployed flows, which their own suites start with it (test/functions).',
  },
  {
    file: 'shared/session/access-tokens.ts',
    line: 'makeAccessTokenSigner({',
    changes: [
      '{ ...scope, authority: tokenAuthority(scope.settings), lifetimeSeconds: scope.settings.sessions.accessTokenSeconds, } → {}',
    ],
    why: 'Wiring of the deployed flows, which their own suites start with it (test/functions).',
  },
  {
    file: 'shared/session/refresh-tokens.ts',
    line: "const random = Buffer.from(salt.split('.')[1] ?? '', 'base64url');",
    changes: [`'' → "Stryker was here!"`],
    why: 'A salt of ours has both parts; TypeScript does not know.',
  },
  {
    file: 'shared/primitives/phone-number.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a line of code as it is
    line: 'const number = parsePhoneNumberFromString(`+${digits}`, { extract: false });',
    changes: ['{ extract: false } → {}', 'false → true'],
    why: 'Only a plus sign and digits reach the library: there is no text around them to extract a number from.',
  },
  {
    file: 'shared/two-factor/totp.ts',
    line: "return result.valid && 'timeStep' in result ? result.timeStep : null;",
    changes: ["result.valid && 'timeStep' in result → result.valid || 'timeStep' in result"],
    why: 'otplib gives a step exactly where the code is valid; its type has to be told apart.',
  },
  {
    file: 'shared/two-factor/totp.ts',
    line: 'export const totpSecretText = (secret: Buffer): string => base32.encode(secret, { padding: false });',
    changes: ['{ padding: false } → {}'],
    why: 'It is what the library does unless it is told otherwise.',
  },
];
