import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readImportGraph, SOURCE_FOLDERS, wayToIo } from '../support/import-graph.ts';
import { brokenTextRules } from '../support/text-rules.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const sources = SOURCE_FOLDERS.flatMap(
  (folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)))
      .filter((file) => !file.includes('node_modules/')), // of bench/peers
);

const house = readImportGraph(root);

/** Each rule broken: file, import, rule. */
const BROKEN: [file: string, statement: string, rule: string][] = [
  ['shared/primitives/x.ts', "import { problem } from '../contract/problems.ts';", 'primitives import nothing of ours'],
  ['shared/primitives/x.ts', "import { readFileSync } from 'node:fs';", 'primitives import nothing of ours'],
  [
    'shared/primitives/phone-number.ts',
    "import type { F } from '../contract/fields.ts';",
    'primitives import nothing of ours',
  ],
  ...['shared/account/profile.ts', 'functions/deliver-messages/sms/connect-sns.ts'].map(
    (file): [string, string, string] => [
      file,
      "import { f } from 'libphonenumber-js/mobile/es6';",
      'one file imports the library of phone numbers',
    ],
  ),
  [
    'shared/primitives/described-device.ts',
    "import type { F } from '../contract/fields.ts';",
    'primitives import nothing of ours',
  ],
  ['shared/session/x.ts', "import { getParser } from 'bowser';", 'one file imports the library of user agents'],
  ['shared/account/x.ts', "import { f } from '../session/sessions.ts';", 'a room imports only rooms below it'],
  ['shared/session/x.ts', "import type { F } from '../two-factor/factors.ts';", 'a room imports only rooms below it'],
  ['shared/aws/x.ts', "import { f } from '../cellar/x.ts';", 'a room imports only rooms below it'],
  ['shared/cellar/x.ts', "import { f } from '../aws/row.ts';", 'every room has its place in the order'],
  ['shared/account/x.ts', "import { f } from '@aws-sdk/client-dynamodb';", 'the SDK is behind its ports'],
  ['functions/a/x.ts', "const { f } = await import('@aws-sdk/client-sqs');", 'the SDK is behind its ports'],
  ['shared/limits/x-policy.ts', "import { f } from '../aws/row.ts';", 'rules do no I/O'],
  [
    'shared/http/x.ts',
    "import { f } from '../../functions/sign-in/contract.ts';",
    'shared imports no functions, infra or local',
  ],
  ['functions/a/flow.ts', "import { f } from '../b/flow.ts';", 'flows never import each other'],
  ['functions/a/flow.ts', "import type { APIGatewayProxyEventV2 } from 'aws-lambda';", 'a flow knows nothing of AWS'],
  ['functions/a/contract.ts', "import { makeAccounts } from '../../shared/account/accounts.ts';", 'a contract is data'],
  [
    'shared/http/x.ts',
    "import { wire } from '../../functions/sign-in/handler.ts';",
    'shared imports no functions, infra or local',
  ],
  [
    'infra/x.ts',
    "import { makeAccounts } from '../shared/account/accounts.ts';",
    'infra imports contracts and no runtime code',
  ],
  [
    'infra/x.ts',
    "import { makeLog } from '../shared/observability/log.ts';",
    'infra imports contracts and no runtime code',
  ],
  ['infra/x.ts', "import { bundle } from '../scripts/build.ts';", 'what is deployed imports no tools and no tests'],
  [
    'scripts/x.ts',
    "import { wire } from '../functions/sign-in/handler.ts';",
    'a handler is imported by local and the bundler alone',
  ],
  ...["import { startWorld } from '../support/world.ts';", "import { request } from 'node:http';"].map(
    (statement): [string, string, string] => [
      'test/catalogue/x.ts',
      statement,
      'the catalogue of good requests knows no transport',
    ],
  ),
  ['shared/observability/metrics.ts', "import { makeLog } from './log.ts';", 'the table of metrics is data'],
  ['infra/part.ts', "import type { Whole } from './whole.ts';", 'no file imports itself by way of others'],
  ['web/x.ts', "import { f } from './gone.ts';", 'every import is found'],
];

const ALLOWED: [file: string, statement: string][] = [
  ['test/catalogue/y.ts', "import { generateSync } from 'otplib';"],
  ['test/catalogue/y.ts', "import type { TableName } from '../../shared/contract/contract.ts';"],
  ['bench/y.ts', "import { GOOD_REQUESTS } from '../test/catalogue/catalogue.ts';"],
  ['local/y.ts', "import { wire } from '../functions/sign-in/handler.ts';"],
  ['infra/y.ts', "import { METRICS } from '../shared/observability/metrics.ts';"],
  ['infra/y.ts', "import * as manifest from '../functions/manifest.ts';"],
  ['functions/manifest.ts', "export { signIn } from './sign-in/contract.ts';"],
  ['functions/y/contract.ts', "import * as z from 'zod/mini';"],
  ['functions/deliver-messages/y.ts', "import { SESClient } from '@aws-sdk/client-ses';"],
  ['shared/limits/y-policy.ts', "import type { Row } from '../aws/row.ts';"],
  ['shared/primitives/y.ts', "import { domainToASCII } from 'node:url';"],
  ['shared/primitives/phone-number.ts', "import { parse } from 'libphonenumber-js/mobile/es6';"],
  ['shared/session/y.ts', "import { f } from '../account/accounts.ts';"],
];

/** Every form of an import, and what has to be seen of it. */
const FORMS: [statement: string, typeOnly: boolean][] = [
  ["import type { A } from './a.ts';", true],
  ["import { type B, type C } from './b.ts';", true],
  ["import { type D, d } from './d.ts';", false],
  ["export { e } from './e.ts';", false],
  ["export type { F } from './f.ts';", true],
  ["export * from './g.ts';", false],
  ["const h = await import('./h.ts');", false],
  ["import './i.ts';", false],
  ["import j, {\n  type J,\n} from './j.ts';", false],
  ["const f = () => ({ k: (async () => (await import('./k.ts')).k satisfies unknown) });", false],
];

/** A way from a flow to I/O, beside one that types alone go. */
const FOLLOWED: [file: string, statement: string][] = [
  ['functions/c/flow.ts', "import { f } from './rules.ts';"],
  ['functions/c/flow.ts', "import type { G } from '../../shared/lambda/runtime.ts';"],
  ['functions/c/rules.ts', "import { h } from '../../shared/account/hasher.ts';"],
  ['shared/account/hasher.ts', "import { hash } from 'argon2';"],
];

const scratch = mkdtempSync(join(tmpdir(), 'keyturn-imports-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const write = (file: string, text: string): void => {
  mkdirSync(join(scratch, dirname(file)), { recursive: true });
  writeFileSync(join(scratch, file), text, { flag: 'a' });
};

/** Writes a statement into a file of the scratch tree, and the file that it imports, empty, where there is none yet. */
const state = (file: string, statement: string): void => {
  write(file, `${statement}\n`);
  const [, imported] = /'(\.[^']+)'/.exec(statement) ?? [];
  if (imported !== undefined && imported !== './gone.ts') write(posix.join(dirname(file), imported), '');
};

for (const folder of SOURCE_FOLDERS) mkdirSync(join(scratch, folder), { recursive: true });
symlinkSync(join(root, 'node_modules'), join(scratch, 'node_modules'));
for (const [file, statement] of [...BROKEN, ...ALLOWED, ...FOLLOWED]) state(file, statement);
state('infra/whole.ts', "import { part } from './part.ts';"); // the other half of a circle
for (const [statement] of FORMS) state('shared/http/forms.ts', statement);
const ruins = readImportGraph(scratch);

describe('the layers of the house', () => {
  /** @asvs 6.5.3 */
  it('holds in every source file', () => {
    const said = sources.flatMap((file) =>
      brokenTextRules(file, readFileSync(join(root, file), 'utf8')).map((rule) => ({ file, rule })),
    );

    expect(sources.length).toBeGreaterThan(80);
    expect(sources.filter((file) => house.importsOf(file).length > 0).length).toBeGreaterThan(80);
    expect(said).toEqual([]);
    expect(house.violations).toEqual([]);
  });

  it.each(BROKEN)('refuses in %s: %s', (file, statement, rule) => {
    const [, specifier = ''] = /'([^']+)'/.exec(statement) ?? [];

    const targets = ruins.violations
      .filter((one) => one.file === file && one.rule === rule)
      .map(({ target }) => target);

    expect(targets).toContainEqual(expect.stringContaining(specifier.replace(/^[./]+|^node:/, '')));
  });

  it('refuses nothing that no test has seen it refuse', () => {
    expect([...ruins.rules].toSorted()).toEqual([...new Set(BROKEN.map(([, , rule]) => rule))].toSorted());
  });

  it.each(ALLOWED)('accepts in %s: %s', (file, statement) => {
    const [, specifier = ''] = /'([^']+)'/.exec(statement) ?? [];

    const refused = ruins.violations.filter(
      (one) => one.file === file && one.target.includes(specifier.replace(/^[./]+|^node:/, '')),
    );

    expect(refused).toEqual([]);
    expect(existsSync(join(scratch, file))).toBe(true);
  });

  it('sees every form of an import, and which are types alone', () => {
    const seen = ruins.importsOf('shared/http/forms.ts');

    const written = FORMS.map(([statement, typeOnly]) => ({
      target: posix.join('shared/http', /'([^']+)'/.exec(statement)?.[1] ?? ''),
      typeOnly,
    }));
    expect(new Set(seen)).toEqual(new Set(written));
  });
});

describe('what the sources say', () => {
  it.each([
    ['scripts/x.ts', 'const secret = process.env.SECRET;', 'the environment is read in one place'],
    ['bench/x.ts', 'const now = Date.now();', 'time comes from the clock'],
    ['shared/account/x.ts', 'const now = Date.now();', 'time comes from the clock'],
    ['shared/lambda/runtime.ts', 'const now = new Date();', 'time comes from the clock'],
    ['functions/a/flow.ts', 'const secret = process.env.SECRET;', 'the environment is read in one place'],
    ['functions/a/flow.ts', 'const id = crypto.randomUUID();', 'randomness is handed in'],
    ['shared/limits/x.ts', 'const n = Math.random();', 'randomness is handed in'],
    ['functions/a/flow.ts', '  sha256: typeof sha256;', 'pure functions are imported, not handed in'],
    [
      'shared/account/x.ts',
      "  condition: 'attribute_not_exists(#pk)',",
      'rows are declared, and their expressions are not written by hand',
    ],
    [
      'functions/a/x.ts',
      '  item: { ...key, ...rowStamp },',
      'rows are declared, and their expressions are not written by hand',
    ],
    [
      'functions/deliver-messages/mail/x.ts',
      'const cell = escapeHtml(text);',
      'markup is made by the tag that escapes',
    ],
    ['functions/a/x.ts', "if (error.name === 'ThrottlingException') return;", 'errors of AWS are in one table'],
    ['shared/keyring/x.ts', "const isServers = error.$fault === 'server';", 'errors of AWS are in one table'],
    ['web/x.ts', 'const page = new Html(text);', 'markup is made by the tag that escapes'],
    ['local/x.ts', "generateKeyPairSync('rsa')", 'keys are generated in one place'],
    ['functions/a/flow.ts', 'const token = new SignJWT(claims);', 'JWTs are signed in one place'],
    ['shared/keyring/x.ts', 'const { privateKey } = keyring.signingKey(now);', 'JWTs are signed in one place'],
    [
      'shared/two-factor/x.ts',
      'const KIND = { format: 9, payloadBytes: 16 };',
      'the kinds of opaque tokens are in one table',
    ],
    ['shared/http/x.ts', 'const c = new DynamoDBClient({});', 'clients are made behind their ports'],
  ])('is refused in %s: %s', (file, text, rule) => {
    expect(brokenTextRules(file, text)).toContain(rule);
  });

  it.each([
    ['scripts/x.ts', 'const client = new SQSClient({});'],
    ['bench/x.ts', 'process.env.AWS_REGION = region;'],
  ])('is accepted in %s: %s', (file, text) => {
    expect(brokenTextRules(file, text)).toEqual([]);
  });
});

describe('what a flow loads', () => {
  it('is pure: what does I/O is handed in', () => {
    const flows = sources.filter((file) => file.endsWith('/flow.ts'));

    const ways = flows.map((file) => wayToIo(file, house)).filter((way) => way !== null);

    expect(flows.length).toBeGreaterThan(20);
    expect(ways).toEqual([]);
  });

  it('is followed through every file on the way, and through nothing that types alone name', () => {
    const way = wayToIo('functions/c/flow.ts', ruins);

    expect(way).toEqual(['functions/c/flow.ts', 'functions/c/rules.ts', 'shared/account/hasher.ts', 'argon2']);
  });
});

describe('the shape of the house', () => {
  it('has the same three files in every flow, beside what only that flow needs', () => {
    const flows = readdirSync(join(root, 'functions'), { withFileTypes: true }).filter((entry) => entry.isDirectory());

    for (const { name } of flows) {
      const files = readdirSync(join(root, 'functions', name));
      expect([name, ['contract.ts', 'flow.ts', 'handler.ts'].filter((file) => !files.includes(file))]).toEqual([
        name,
        [],
      ]);
    }
  });

  it('has no room of one or two files', () => {
    const rooms = readdirSync(join(root, 'shared'));
    const small = rooms.filter((room) => sources.filter((file) => file.startsWith(`shared/${room}/`)).length < 3);

    expect(rooms.length).toBeGreaterThan(10);
    expect(small).toEqual([]);
  });

  it('names every flow in the manifest, and no other', async () => {
    const manifest = Object.values(await import('../../functions/manifest.ts')).map(({ flow }) => flow);
    const folders = readdirSync(join(root, 'functions'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);

    expect(manifest.toSorted()).toEqual(folders.toSorted());
  });

  it('keeps handlers to 40 lines, flows to 120, files to 250', () => {
    const bound = (file: string): number => (file.endsWith('/handler.ts') ? 40 : file.endsWith('/flow.ts') ? 120 : 250);

    const tooLong = sources
      .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length }))
      .filter(({ file, lines }) => lines > bound(file));

    expect(tooLong).toEqual([]);
  });
});
