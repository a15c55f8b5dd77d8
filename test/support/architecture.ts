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

const PROBLEM_CATALOGUE = 'shared/http/problems.ts';
/** Data and types that every layer may name. */
const CONTRACT_TYPES = 'shared/http/contract.ts';

/** Names and units of what is measured: infra makes alarms of them. */
const METRICS_TABLE = 'shared/observability/metrics.ts';

/** The library of phone numbers weighs more than a flow: one file loads it, and whoever needs numbers loads that file. */
const PHONE_NUMBER_FILE = 'shared/domain/phone-number.ts';
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

const IMPORT_RULES: readonly ImportRule[] = [
  {
    rule: 'domain imports only domain',
    applies: within('shared/domain'),
    // node:url is IDNA, a pure function (docs/adr/0008).
    // The library of phone numbers is rules and tables, no I/O (docs/adr/0010).
    allows: (target, _typeOnly, file) =>
      within('shared/domain')(target) ||
      target === 'node:url' ||
      (file === PHONE_NUMBER_FILE && target === PHONE_NUMBER_LIBRARY),
  },
  {
    rule: 'one file imports the library of phone numbers',
    applies: (file) => file !== PHONE_NUMBER_FILE,
    allows: (target) => !target.startsWith('libphonenumber-js'),
  },
  {
    rule: 'store imports only domain, its port and the SDK',
    applies: within('shared/store'),
    allows: (target, typeOnly) =>
      within('shared/store', 'shared/domain')(target) ||
      (typeOnly && (target === CONTRACT_TYPES || within('shared/crypto')(target))) ||
      target.startsWith('@aws-sdk/') ||
      target === 'node:crypto' || // signing is the SDK's business, done here with less of it
      target === 'zod/mini',
  },
  {
    rule: 'delivery and crypto import only domain and their libraries',
    applies: within('shared/delivery', 'shared/crypto'),
    allows: (target, _typeOnly, file) =>
      within('shared/domain', posix.dirname(file).split('/').slice(0, 2).join('/'))(target) || isPackage(target),
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
    rule: 'a flow takes only types from there',
    applies: (file) => file.endsWith('/flow.ts'),
    allows: (target, typeOnly, file) =>
      typeOnly ||
      within('shared/domain')(target) ||
      target === PROBLEM_CATALOGUE ||
      target === file.replace('flow.ts', 'contract.ts'),
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
      posix.dirname(target) === posix.dirname(file) ||
      /^functions\/manifest\.ts$/.test(file) ||
      target === 'functions/manifest.ts',
  },
  {
    rule: 'a contract is data',
    applies: (file) => file.endsWith('/contract.ts') && file.startsWith('functions/'),
    allows: (target) => target === 'zod/mini' || within('shared/http', 'shared/domain')(target),
  },
  {
    rule: 'infra imports contracts and no runtime code',
    applies: within('infra'),
    allows: (target) =>
      isPackage(target) ||
      within('infra', 'shared/config')(target) ||
      target === 'functions/manifest.ts' ||
      target === CONTRACT_TYPES ||
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
    applies: outside('shared/config/', 'local/', 'infra/', 'web/client/'),
  },
  {
    rule: 'the environment is read in shared/config alone',
    pattern: /\bprocess\.env\b/,
    applies: outside('shared/config/', 'local/', 'infra/', 'bench/'),
  },
  {
    rule: 'randomness is handed in',
    pattern: /\bMath\.random\(|\brandomUUID\(|\brandomBytes\(|\brandomInt\(/,
    applies: outside('shared/crypto/randomness.ts', 'local/'),
  },
  {
    rule: 'keys are generated in one place',
    pattern: /\bgenerateKey(?:Pair)?(?:Sync)?\b/,
    applies: outside('shared/crypto/keyring-material.ts'),
  },
  {
    rule: 'JWTs are signed in one place',
    pattern: /\bSignJWT\b|\bkeyring\.signingKey\(/,
    applies: outside('shared/crypto/sign-jwt.ts', 'shared/crypto/check-rotation.ts'), // the second tries the key
  },
  {
    rule: 'the kinds of opaque tokens are in one table',
    pattern: /\bpayloadBytes: \d/,
    applies: outside('shared/crypto/token-kinds.ts'),
  },
  {
    rule: 'clients are made behind their doors',
    pattern: /\bnew \w+Client\(/,
    applies: outside(
      'shared/store/dynamo-client.ts',
      'shared/crypto/secrets-client.ts',
      'shared/delivery/connect-',
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
