import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import * as manifest from '../../functions/manifest.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { builtBundles } from '../support/built-bundles.ts';
import { startFakeAws } from '../support/fake-aws.ts';
import { GOOD } from '../support/recorded-accounts.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const contracts: readonly Contract[] = Object.values(manifest);
/** The guard is deployed only with the edge. */
const deployed = contracts.filter(({ trigger }) => trigger !== 'authorizer').map(({ flow }) => flow);

const OF_THE_PACKAGE =
  /^(dist\/([a-z-]+\/|THIRD-PARTY-NOTICES\.txt$|sbom\.cdx\.json$)|lib\/.*\.(js|d\.ts|json)$|docs\/|(README|CHANGELOG|CONTRIBUTING|SECURITY)\.md$|LICENSE$|package\.json$)/;
/** Peers that every CDK app has. */
const OF_EVERY_CDK_APP = ['aws-cdk-lib', 'constructs', '@types/node'];
/** Libraries that the construct loads, installed with it. */
const DEPENDENCIES = ['libphonenumber-js', 'zod'];

const REQUIRED = {
  productName: 'Bookshelf',
  sender: 'no-reply@bookshelf.example',
  publicUrl: 'https://auth.bookshelf.example',
};

/**
 * Two services in one app, without account and region. Both send from one domain, of which SES has one identity in an
 * account, so the second one uses the first one's.
 */
const APP = `
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Keyturn, type KeyturnProps } from 'keyturn';

const app = new App({ outdir: 'cdk.out' });
const settings: KeyturnProps['settings'] = ${JSON.stringify({ ...REQUIRED, sms: { countries: ['AT'] } })};
new Keyturn(new Stack(app, 'One'), 'Auth', { settings });
const two = new Stack(app, 'Two');
const second = new Keyturn(two, 'Auth', {
  settings: { ...settings, productName: 'Other', deployment: { mailIdentity: 'existing' } },
});
for (const [name, value] of Object.entries(second.outputs)) new CfnOutput(two, name, { value });
second.tables.tables.accounts.tableName satisfies string;
app.synth();
`;

/** A sender that no mail can use, and an unknown key. */
const WRONG_APP = `
import { App, Stack } from 'aws-cdk-lib';
import { Keyturn } from 'keyturn';

const settings = ${JSON.stringify({ ...REQUIRED, publicUrl: 'http://auth.bookshelf.example', colour: 'red' })};
new Keyturn(new Stack(new App(), 'Wrong'), 'Auth', { settings });
`;

/** Without `skipLibCheck`: checks the declarations themselves, and the CDK's, which need more than ES2024. */
const TSCONFIG = {
  compilerOptions: {
    module: 'nodenext',
    lib: ['es2024', 'esnext.disposable'],
    types: ['node'],
    strict: true,
    noEmit: true,
  },
  files: ['app.ts'],
};

describe('the package', () => {
  let folder: string;
  let app: string;
  /** Paths of the files in the tarball. */
  let packed: string[];

  // Once for the suite, because packing builds the bundles and the declarations.
  beforeAll(async () => {
    await builtBundles(); // packing rebuilds them, which must not overlap with another suite's build
    folder = await mkdtemp(join(tmpdir(), 'keyturn-package-'));
    app = join(folder, 'app');
    await mkdir(app);
    const { stdout } = await run('npm', ['pack', '--json', '--silent', '--pack-destination', folder], { cwd: root });
    const [{ files }] = JSON.parse(stdout.slice(stdout.indexOf('[\n')));
    packed = files.map(({ path }: { path: string }) => path);
    const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
    const dependencies = Object.fromEntries([
      ['keyturn', `file:../${tarball}`],
      ...DEPENDENCIES.map((name) => [name, `file:${root}node_modules/${name}`]),
    ]);
    await writeFile(join(app, 'package.json'), JSON.stringify({ name: 'app', type: 'module', dependencies }));
    const quiet = ['--offline', '--no-audit', '--no-fund', '--install-links', '--legacy-peer-deps'];
    await run('npm', ['install', ...quiet], { cwd: app });
    await mkdir(join(app, 'node_modules/@types'), { recursive: true });
    for (const name of OF_EVERY_CDK_APP) await symlink(`${root}node_modules/${name}`, join(app, 'node_modules', name));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const synthesised = async (stack: string): Promise<Template> => {
    const template = JSON.parse(await readFile(join(app, `cdk.out/${stack}.template.json`), 'utf8'));
    return Template.fromJSON(template);
  };

  /** @asvs 13.4.1, 15.2.3 */
  it('has the bundles, what is compiled, and no source, test or native module that only this project needs', () => {
    const strangers = packed.filter((path) => !OF_THE_PACKAGE.test(path));

    expect(packed).toEqual(expect.arrayContaining(contracts.map(({ flow }) => `dist/${flow}/index.js`)));
    expect(packed).toContain('dist/sbom.cdx.json');
    expect(packed).toEqual(expect.arrayContaining(['lib/infra/index.js', 'lib/infra/index.d.ts', 'LICENSE']));
    expect(packed).toEqual(expect.arrayContaining(['CHANGELOG.md', 'docs/upgrading.md', 'docs/security.md']));
    expect(packed).toEqual(expect.arrayContaining(['docs/operating.md', 'docs/adr/0012-keyring-rotation.md']));
    expect(strangers).toEqual([]);
  });

  it('has what its handbook leads to: no link ends outside of the package', async () => {
    // CONTRIBUTING.md is for a checkout, and leads to its tests.
    const handbook = packed.filter((path) => /^(docs\/.*|[A-Z]+)\.md$/.test(path) && path !== 'CONTRIBUTING.md');

    const targets = handbook.map(async (path) => {
      const text = await readFile(join(app, 'node_modules/keyturn', path), 'utf8');
      return [...text.matchAll(/\]\(([^)#:]+\.md)/g)].map(([, target = '']) => posix.join(posix.dirname(path), target));
    });

    expect((await Promise.all(targets)).flat().filter((target) => !packed.includes(target))).toEqual([]);
  });

  it('redrives dead letters from where it is installed, by the command that its handbook names', async () => {
    const bin = join(app, 'node_modules/.bin/keyturn-redrive');

    const help = await run(bin, ['--help']);
    const refused = run(bin, ['--table', 'outbox']);

    expect(help.stdout).toContain('npx keyturn-redrive');
    await expect(refused).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('give either --outputs') });
  });

  it('upgrades rows from where it is installed, by the command that its handbook names', async () => {
    const bin = join(app, 'node_modules/.bin/keyturn-upgrade-rows');

    const help = await run(bin, ['--help']);
    const refused = run(bin, ['--accounts', 'a']);

    expect(help.stdout).toContain('npx keyturn-upgrade-rows');
    await expect(refused).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('give either --outputs') });
  });

  it('acts on accounts from where it is installed, by the command that its handbook names', async () => {
    const bin = join(app, 'node_modules/.bin/keyturn-account');

    const help = await run(bin, ['--help']);
    const refused = run(bin, ['suspend', 'nobody', '--outputs', 'none.json']);

    expect(help.stdout).toContain('npx keyturn-account');
    await expect(refused).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('give the id of an account'),
    });
  });

  it('clears addresses that mail does not reach from where it is installed, by the command that its handbook names', async () => {
    const bin = join(app, 'node_modules/.bin/keyturn-suppression');

    const help = await run(bin, ['--help']);
    const refused = run(bin, ['clear', '--outputs', 'none.json']);

    expect(help.stdout).toContain('npx keyturn-suppression');
    await expect(refused).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('give either list, or clear and an address'),
    });
  });

  it('settles restored tables from where it is installed, by the command that its handbook names', async () => {
    const bin = join(app, 'node_modules/.bin/keyturn-after-restore');

    const help = await run(bin, ['--help']);
    const refused = run(bin, ['--outputs', 'none.json', '--accounts', 'a']);

    expect(help.stdout).toContain('npx keyturn-after-restore');
    await expect(refused).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('give either --outputs') });
  });

  it('looks at an account from where it is installed, by the command that its handbook names', async () => {
    const bin = join(app, 'node_modules/.bin/keyturn-doctor');

    const aws = await startFakeAws();
    aws.answerWith(GOOD);
    const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
    const env = { ...process.env, ...credentials, AWS_ENDPOINT_URL: aws.origin };

    const help = await run(bin, ['--help']);
    const looked = await run(bin, ['--account-only', '--region', 'eu-central-1'], { env });
    await aws.stop();
    const refused = run(bin, ['--stack', 'Keyturn', '--account-only']);

    expect(help.stdout).toContain('npx keyturn-doctor');
    expect(looked.stdout).toContain('0 wrong, 0 not found out');
    await expect(refused).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('give either --stack or --account-only'),
    });
  });

  /** @asvs 15.1.2 */
  it('names whose code is in the bundles, and under which licence', async () => {
    const notices = await readFile(join(app, 'node_modules/keyturn/dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
    const { packages } = JSON.parse(await readFile(`${root}package-lock.json`, 'utf8'));

    for (const name of ['@aws-sdk/client-dynamodb', '@middy/core', '@node-rs/argon2', 'argon2', 'zod']) {
      const { version, license } = packages[`node_modules/${name}`];
      expect(notices).toContain(`${name} ${version} (${license})`);
    }
    expect(notices).toMatch(/Apache License\s+Version 2\.0/);
    expect(notices).not.toContain('(undefined)');
  });

  it('asks a CDK app to install no library that is in the bundles already', async () => {
    const { dependencies } = JSON.parse(await readFile(join(app, 'node_modules/keyturn/package.json'), 'utf8'));

    expect(Object.keys(dependencies).toSorted()).toEqual(DEPENDENCIES);
  });

  it('synthesises in an empty CDK app, twice, with the bundles that are in it', async () => {
    await writeFile(join(app, 'app.ts'), APP);

    await run(process.execPath, ['app.ts'], { cwd: app });

    for (const stack of ['One', 'Two']) {
      const functions = Object.values((await synthesised(stack)).findResources('AWS::Lambda::Function'));
      const flows = functions.map(({ Properties: { Tags } }) => Tags?.[0]?.Value).filter(Boolean);
      const assets = functions.map(({ Properties: { Code } }) => String(Code.S3Key).replace(/\.zip$/, ''));
      expect(new Set(flows)).toEqual(new Set(deployed));
      expect(assets.filter((hash) => !existsSync(join(app, `cdk.out/asset.${hash}/index.js`)))).toEqual([]);
    }
    const identities = await Promise.all(
      ['One', 'Two'].map(async (stack) => (await synthesised(stack)).findResources('AWS::SES::EmailIdentity')),
    );
    expect(identities.map((found) => Object.keys(found).length)).toEqual([1, 0]);
    expect(Object.keys((await synthesised('Two')).findOutputs('*'))).toEqual(
      expect.arrayContaining(['ApiUrl', 'OutboxTable', 'DeadLetterQueueUrl']),
    );
  });

  it('has declarations that hold in themselves and for who uses them', async () => {
    await writeFile(join(app, 'app.ts'), APP);
    await writeFile(join(app, 'tsconfig.json'), JSON.stringify(TSCONFIG));

    const { stdout: complaints } = await run(`${root}node_modules/.bin/tsc`, [], { cwd: app }).catch((error) => error);

    expect(complaints).toBe('');
  });

  it('refuses settings that cannot be used, and names each', async () => {
    await writeFile(join(app, 'wrong.ts'), WRONG_APP);

    const refused = run(process.execPath, ['wrong.ts'], { cwd: app });

    await expect(refused).rejects.toThrow(/keyturn\.publicUrl is "http:[^\n]*must be an https origin/);
    await expect(refused).rejects.toThrow(/has no key colour/);
  });
});
