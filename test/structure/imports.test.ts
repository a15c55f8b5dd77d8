import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { type ImportStatement, importsOf, violations } from '../support/architecture.ts';

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
    ['shared/domain/x.ts', "import { hash } from 'argon2';", 'domain imports only domain'],
    ['shared/domain/x.ts', "import { f } from '../store/accounts.ts';", 'domain imports only domain'],
    ['shared/store/x.ts', "import { f } from '../http/reply.ts';", 'store imports only domain, its port and the SDK'],
    [
      'shared/http/x.ts',
      "import { f } from '../../functions/sign-in/contract.ts';",
      'shared imports no functions, infra or local',
    ],
    [
      'functions/a/flow.ts',
      "import { makeAccounts } from '../../shared/store/accounts.ts';",
      'a flow takes only types from there',
    ],
    ['functions/a/flow.ts', "import { f } from '../b/flow.ts';", 'flows never import each other'],
    ['functions/a/flow.ts', "import type { APIGatewayProxyEventV2 } from 'aws-lambda';", 'a flow knows nothing of AWS'],
    ['functions/a/contract.ts', "import { makeAccounts } from '../../shared/store/accounts.ts';", 'a contract is data'],
    [
      'shared/http/x.ts',
      "import { wire } from '../../functions/sign-in/handler.ts';",
      'shared imports no functions, infra or local',
    ],
    [
      'infra/x.ts',
      "import { makeAccounts } from '../shared/store/accounts.ts';",
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
    ['scripts/x.ts', 'const secret = process.env.SECRET;', 'the environment is read in shared/config alone'],
    ['bench/x.ts', 'const now = Date.now();', 'time comes from the clock'],
    ['shared/observability/metrics.ts', "import { makeLog } from './log.ts';", 'the table of metrics is data'],
    ['shared/store/x.ts', 'const now = Date.now();', 'time comes from the clock'],
    ['shared/domain/x.ts', 'const now = new Date();', 'time comes from the clock'],
    ['functions/a/flow.ts', 'const secret = process.env.SECRET;', 'the environment is read in shared/config alone'],
    ['functions/a/flow.ts', 'const id = crypto.randomUUID();', 'randomness is handed in'],
    ['shared/domain/x.ts', 'const n = Math.random();', 'randomness is handed in'],
    ['local/x.ts', "generateKeyPairSync('rsa')", 'keys are generated in one place'],
    ['functions/a/flow.ts', 'const token = new SignJWT(claims);', 'JWTs are signed in one place'],
    ['shared/crypto/x.ts', 'const { privateKey } = keyring.signingKey(now);', 'JWTs are signed in one place'],
    [
      'shared/crypto/x.ts',
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

describe('the shape of the house', () => {
  it('has the same three files in every flow and nothing else', () => {
    const flows = readdirSync(join(root, 'functions'), { withFileTypes: true }).filter((entry) => entry.isDirectory());

    for (const { name } of flows) {
      expect([name, readdirSync(join(root, 'functions', name)).toSorted()]).toEqual([
        name,
        ['contract.ts', 'flow.ts', 'handler.ts'],
      ]);
    }
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
