import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { type ImportStatement, importsOf, violations, wayToIo } from '../support/architecture.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const sources = ['functions', 'shared', 'local', 'web', 'infra', 'bench', 'scripts'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name))),
);

const check = (file: string, text: string) => violations({ file, text, imports: importsOf(file, text) });

describe('the layers of the house', () => {
  it('holds in every source file', () => {
    const found = sources.flatMap((file) => check(file, readFileSync(join(root, file), 'utf8')));

    expect(sources.length).toBeGreaterThan(80);
    expect(found).toEqual([]);
  });

  it.each<[string, string, string]>([
    [
      'shared/primitives/x.ts',
      "import { problem } from '../contract/problems.ts';",
      'primitives import nothing of ours',
    ],
    ['shared/account/x.ts', "import { f } from '../session/sessions.ts';", 'a room imports only rooms below it'],
    ['shared/session/x.ts', "import type { F } from '../two-factor/factors.ts';", 'a room imports only rooms below it'],
    ['shared/account/x.ts', "import { f } from '@aws-sdk/client-dynamodb';", 'the SDK is behind its doors'],
    ['shared/limits/x-policy.ts', "import { f } from '../aws/row.ts';", 'rules do no I/O'],
    [
      'shared/http/x.ts',
      "import { f } from '../../functions/sign-in/contract.ts';",
      'shared imports no functions, infra or local',
    ],
    ['functions/a/flow.ts', "import { f } from '../b/flow.ts';", 'flows never import each other'],
    ['functions/a/flow.ts', "import type { APIGatewayProxyEventV2 } from 'aws-lambda';", 'a flow knows nothing of AWS'],
    [
      'functions/a/contract.ts',
      "import { makeAccounts } from '../../shared/account/accounts.ts';",
      'a contract is data',
    ],
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
    ['scripts/x.ts', 'const secret = process.env.SECRET;', 'the environment is read in one place'],
    ['bench/x.ts', 'const now = Date.now();', 'time comes from the clock'],
    ['shared/observability/metrics.ts', "import { makeLog } from './log.ts';", 'the table of metrics is data'],
    ['shared/account/x.ts', 'const now = Date.now();', 'time comes from the clock'],
    ['shared/lambda/runtime.ts', 'const now = new Date();', 'time comes from the clock'],
    ['functions/a/flow.ts', 'const secret = process.env.SECRET;', 'the environment is read in one place'],
    ['functions/a/flow.ts', 'const id = crypto.randomUUID();', 'randomness is handed in'],
    ['shared/limits/x.ts', 'const n = Math.random();', 'randomness is handed in'],
    ['functions/a/flow.ts', '  sha256: typeof sha256;', 'pure functions are imported, not handed in'],
    ['local/x.ts', "generateKeyPairSync('rsa')", 'keys are generated in one place'],
    ['functions/a/flow.ts', 'const token = new SignJWT(claims);', 'JWTs are signed in one place'],
    ['shared/keyring/x.ts', 'const { privateKey } = keyring.signingKey(now);', 'JWTs are signed in one place'],
    [
      'shared/two-factor/x.ts',
      'const KIND = { format: 9, payloadBytes: 16 };',
      'the kinds of opaque tokens are in one table',
    ],
    ['shared/http/x.ts', 'const c = new DynamoDBClient({});', 'clients are made behind their doors'],
  ])('refuses in %s: %s', (file, text, rule) => {
    const rules = check(file, text).map((violation) => violation.rule);

    expect(rules).toContain(rule);
  });

  it.each([
    ['local/x.ts', "import { wire } from '../functions/sign-in/handler.ts';"],
    ['infra/x.ts', "import { METRICS } from '../shared/observability/metrics.ts';"],
    ['scripts/x.ts', 'const client = new SQSClient({});'],
    ['bench/x.ts', 'process.env.AWS_REGION = region;'],
  ])('accepts in %s: %s', (file, text) => {
    expect(check(file, text)).toEqual([]);
  });

  it('sees type imports, re-exports and dynamic imports', () => {
    const text = `import type { A } from './a.ts';\nexport { b } from './b.ts';\nconst c = await import('./c.ts');`;

    const seen: ImportStatement[] = importsOf('shared/http/x.ts', text);

    expect(seen).toEqual([
      { target: 'shared/http/a.ts', typeOnly: true },
      { target: 'shared/http/b.ts', typeOnly: false },
      { target: 'shared/http/c.ts', typeOnly: false },
    ]);
  });
});

describe('what a flow loads', () => {
  const read = (file: string): ImportStatement[] => importsOf(file, readFileSync(join(root, file), 'utf8'));

  it('is pure: what does I/O is handed in', () => {
    const flows = sources.filter((file) => file.endsWith('/flow.ts'));

    const ways = flows.map((file) => wayToIo(file, read)).filter((way) => way !== null);

    expect(flows.length).toBeGreaterThan(20);
    expect(ways).toEqual([]);
  });

  it('is followed through every file on the way, and through nothing that types alone name', () => {
    const house: Record<string, string> = {
      'functions/a/flow.ts':
        "import { f } from './rules.ts';\nimport type { G } from '../../shared/lambda/runtime.ts';",
      'functions/a/rules.ts': "import { h } from '../../shared/account/x.ts';",
      'shared/account/x.ts': "import { hash } from 'argon2';",
    };

    const way = wayToIo('functions/a/flow.ts', (file) => importsOf(file, house[file] ?? ''));

    expect(way).toEqual(['functions/a/flow.ts', 'functions/a/rules.ts', 'shared/account/x.ts', 'argon2']);
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
