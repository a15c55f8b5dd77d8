import { posix } from 'node:path';

/** One import, re-export or dynamic import of a file. */
export interface ImportStatement {
  /** A path from the project's root, or the name of a package. */
  target: string;
  /** Whether nothing of it is left when types are stripped. */
  typeOnly: boolean;
}

/** A broken rule. */
export interface Violation {
  file: string;
  rule: string;
  detail: string;
}

interface Source {
  file: string;
  text: string;
  imports: readonly ImportStatement[];
}

const STATEMENT =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?([^'";]*?)\s*from\s*'([^']+)'|(?:^|\n)\s*import\s*'([^']+)'|\bimport\(\s*'([^']+)'/g;

const resolve = (file: string, specifier: string): string =>
  specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : specifier;

/** Reads the imports of a file. @param file its path from the project's root */
export const importsOf = (file: string, text: string): ImportStatement[] =>
  [...text.matchAll(STATEMENT)].map(([, type, names = '', from, bare, dynamic]) => {
    const inner = /^\{([^}]*)\}$/.exec(names.trim())?.[1];
    const allTypes = inner
      ?.split(',')
      .map((name) => name.trim())
      .filter(Boolean)
      .every((name) => name.startsWith('type '));
    return { target: resolve(file, from ?? bare ?? dynamic ?? ''), typeOnly: type !== undefined || allTypes === true };
  });

/** Names and units of what is measured: infra makes alarms of them. */
const METRICS_TABLE = 'shared/observability/metrics.ts';

/** The library of phone numbers weighs more than a flow: one file loads it, and whoever needs numbers loads that file. */
const PHONE_NUMBER_FILE = 'shared/primitives/phone-number.ts';
const PHONE_NUMBER_LIBRARY = 'libphonenumber-js/mobile/es6';

const isPackage = (target: string): boolean =>
  !target.includes('/') ||
  target.startsWith('@') ||
  target.startsWith('node:') ||
  !/^(?:shared|functions|local|infra|web|bench|scripts|test)\//.test(target);

type ImportRule = {
  rule: string;
  applies(file: string): boolean;
  allows(target: string, typeOnly: boolean, file: string): boolean;
};

const within =
  (...folders: string[]) =>
  (target: string): boolean =>
    folders.some((folder) => target.startsWith(`${folder}/`));

/**
 * The rooms of `shared/`, each above those that it may import. One order holds for all of them, so there is no circle.
 */
const ROOMS: readonly string[] = [
  'primitives',
  'contract',
  'aws',
  'settings',
  'keyring',
  'observability',
  'lambda',
  'outbox',
  'limits',
  'sms',
  'account',
  'session',
  'two-factor',
  'http',
];

/** @returns `null` for a file outside `shared/` */
const roomOf = (path: string): string | null => /^shared\/([^/]+)\//.exec(path)?.[1] ?? null;

const flowOf = (path: string): string | undefined => /^functions\/([^/]+)\//.exec(path)?.[1];

const IMPORT_RULES: readonly ImportRule[] = [
  {
    rule: 'primitives import nothing of ours',
    applies: within('shared/primitives'),
    // node:url is IDNA, a pure function (docs/adr/0008).
    // The library of phone numbers is rules and tables, no I/O (docs/adr/0010).
    allows: (target, _typeOnly, file) =>
      within('shared/primitives')(target) ||
      target === 'node:url' ||
      target === 'node:crypto' ||
      (file === PHONE_NUMBER_FILE && target === PHONE_NUMBER_LIBRARY),
  },
  {
    rule: 'one file imports the library of phone numbers',
    applies: (file) => file !== PHONE_NUMBER_FILE,
    allows: (target) => !target.startsWith('libphonenumber-js'),
  },
  {
    rule: 'a room imports only rooms below it',
    applies: (file) => roomOf(file) !== null,
    allows: (target, _typeOnly, file) => {
      const above = roomOf(target);
      return above === null || ROOMS.indexOf(above) <= ROOMS.indexOf(roomOf(file) ?? above);
    },
  },
  {
    rule: 'the SDK is behind its doors',
    applies: (file) => roomOf(file) !== null && roomOf(file) !== 'aws',
    allows: (target) => !target.startsWith('@aws-sdk/'),
  },
  {
    rule: 'rules do no I/O',
    applies: (file) => file.endsWith('-policy.ts'),
    allows: (target, typeOnly) => typeOnly || !within('shared/aws')(target),
  },
  {
    rule: 'shared imports no functions, infra or local',
    applies: within('shared'),
    allows: (target) => !within('functions', 'infra', 'local', 'test')(target),
  },
  {
    rule: 'what is deployed imports no tools and no tests',
    applies: within('shared', 'functions', 'infra', 'web'),
    allows: (target) => !within('bench', 'scripts', 'test')(target),
  },
  {
    rule: 'a flow knows nothing of AWS',
    applies: (file) => file.endsWith('/flow.ts'),
    allows: (target) => target !== 'aws-lambda' && !target.startsWith('@aws-sdk/'),
  },
  {
    rule: 'flows never import each other',
    applies: within('functions'),
    allows: (target, _typeOnly, file) =>
      !within('functions')(target) ||
      flowOf(target) === flowOf(file) ||
      /^functions\/manifest\.ts$/.test(file) ||
      target === 'functions/manifest.ts',
  },
  {
    rule: 'a contract is data',
    applies: (file) => file.endsWith('/contract.ts') && file.startsWith('functions/'),
    allows: (target) => target === 'zod/mini' || within('shared/contract', 'shared/primitives')(target),
  },
  {
    rule: 'infra imports contracts and no runtime code',
    applies: within('infra'),
    allows: (target) =>
      isPackage(target) ||
      within('infra', 'shared/contract', 'shared/settings')(target) ||
      target === 'functions/manifest.ts' ||
      target === METRICS_TABLE,
  },
  {
    rule: 'the table of metrics is data',
    applies: (file) => file === METRICS_TABLE,
    allows: (_target, typeOnly) => typeOnly,
  },
  {
    rule: 'a handler is imported by local and the bundler alone',
    applies: (file) => !within('local')(file),
    allows: (target) => !/^functions\/[^/]+\/handler\.ts$/.test(target),
  },
];

type TextRule = { rule: string; pattern: RegExp; applies(file: string): boolean };

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
    applies: outside('shared/lambda/', 'shared/settings/', 'local/', 'infra/', 'bench/'),
  },
  {
    rule: 'randomness is handed in',
    pattern: /\bMath\.random\(|\brandomUUID\(|\brandomBytes\(|\brandomInt\(/,
    applies: outside('shared/primitives/randomness.ts', 'local/'),
  },
  {
    rule: 'pure functions are imported, not handed in',
    pattern: /^\s+\w+\??: typeof \w+;$/m,
    applies: (file) => within('functions', 'shared')(file),
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
    rule: 'clients are made behind their doors',
    pattern: /\bnew \w+Client\(/,
    applies: outside(
      'shared/aws/dynamo-client.ts',
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

/** Every rule of docs/architecture that a file breaks. */
export const violations = ({ file, text, imports }: Source): Violation[] => [
  ...IMPORT_RULES.filter(({ applies }) => applies(file)).flatMap(({ rule, allows }) =>
    imports
      .filter(({ target, typeOnly }) => !allows(target, typeOnly, file))
      .map(({ target }) => ({ file, rule, detail: target })),
  ),
  ...TEXT_RULES.filter(({ applies, pattern }) => applies(file) && pattern.test(text)).map(({ rule, pattern }) => ({
    file,
    rule,
    detail: pattern.source,
  })),
];

/** What waits for something outside the process, or holds what the process is given: a flow gets it handed in. */
const doesIo = (target: string): boolean =>
  target.startsWith('@aws-sdk/') ||
  /^(?:argon2|@middy\/core|node:(?:fs|net|http|https|child_process)(?:\/.*)?)$/.test(target) ||
  within('shared/lambda')(target);

/**
 * What a file loads by value and by values of values, and should not: a flow takes pure code by value, and what does I/O by type.
 *
 * @param read the imports of a file of the project
 * @returns the way from the file to the first thing that does I/O; `null` where there is none
 */
export const wayToIo = (file: string, read: (file: string) => readonly ImportStatement[]): string[] | null => {
  const ways: string[][] = [[file]];
  const seen = new Set([file]);
  for (let way = ways.shift(); way; way = ways.shift()) {
    for (const { target } of read(way.at(-1) ?? file).filter(({ typeOnly }) => !typeOnly)) {
      if (doesIo(target)) return [...way, target];
      if (isPackage(target) || seen.has(target)) continue;
      seen.add(target);
      ways.push([...way, target]);
    }
  }
  return null;
};
