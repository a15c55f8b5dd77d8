import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as manifest from '../../functions/manifest.ts';
import { BUDGETS_FILE, budgetComplaints, budgetsFor, withNewBudgets } from '../../scripts/bundle-budgets.ts';
import { bundleFunctions, VERIFIER_NAME } from '../../scripts/bundle-functions.ts';
import type { Contract } from '../../shared/contract/contract.ts';
import { readsNamedAddress } from '../../shared/contract/trusted-callers.ts';
import { loadEvent } from '../support/load-event.ts';
import { PLAIN_SETTINGS } from '../support/lone-runtime.ts';
import { testKeyringFile } from '../support/test-keyring.ts';
import { signEvent } from '../support/trusted-caller.ts';

const contracts: readonly Contract[] = Object.values(manifest);
const root = new URL('../../', import.meta.url);
const readJson = (path: string) => JSON.parse(readFileSync(new URL(path, root), 'utf8'));

/** Flows that accept phone numbers; the library's tables are larger than a flow. */
const TAKES_NUMBERS = ['describe-service', 'request-recovery', 'request-verification'];
/** Flows that accept an authenticator app's code. */
const KNOWS_TOTP = ['confirm-totp', 'enroll-totp', 'reauthenticate', 'undo-change', 'verify-code'];

/** Packages that only some contracts need. */
const ON_DEMAND: Readonly<Record<string, (contract: Contract) => boolean>> = {
  '@aws-sdk/client-dynamodb': () => false, // beside a function, where an operator asks for it
  '@aws-sdk/client-secrets-manager': ({ trigger }) => trigger === 'rotation', // the others read with our own client
  '@aws-sdk/client-ses': ({ mail }) => mail === true,
  '@aws-sdk/client-sns': ({ sms }) => sms === true,
  '@aws-sdk/client-sqs': ({ trigger }) => trigger === 'stream',
  argon2: ({ hashing }) => hashing === true,
  'libphonenumber-js': ({ flow }) => TAKES_NUMBERS.includes(flow),
  otplib: ({ flow }) => KNOWS_TOTP.includes(flow),
  qrcode: ({ flow }) => flow === 'enroll-totp',
  'zod-openapi': ({ flow }) => flow === 'describe-service',
};

describe('the bundles', () => {
  /** Packages and size in bytes of each flow's bundle. */
  const bundles = new Map<string, { packages: Set<string>; bytes: number }>();
  /** Packages of what lies beside a bundle and is loaded on demand. */
  const beside = new Map<string, Set<string>>();

  let folder: string;
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'keyturn-bundles-'));
    const { metafile } = await bundleFunctions({ outdir: folder, write: true });
    for (const [path, { bytes, inputs }] of Object.entries(metafile.outputs)) {
      const loaded = Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
      const packages = loaded.flatMap(([input]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? []);
      const [flow = '', file] = path.split('/').slice(-2);
      if (file === 'index.js') bundles.set(flow, { packages: new Set(packages), bytes });
      else beside.set(`${flow}/${file}`, new Set(packages));
    }
  });

  it.each(contracts)('has of $flow the clients and libraries that its contract asks for, and no other', (contract) => {
    const { packages = new Set<string>() } = bundles.get(contract.flow) ?? {};

    const heavy = [...packages].filter((name) => name.startsWith('@aws-sdk/client-') || name in ON_DEMAND);

    const wanted = Object.keys(ON_DEMAND).filter((name) => ON_DEMAND[name]?.(contract));
    expect(heavy.toSorted()).toEqual(wanted.toSorted());
  });

  it('keep what verifies signatures in a file of its own, beside the flows that trusted callers name addresses to', () => {
    const files = contracts.filter(readsNamedAddress).map(({ flow }) => `${flow}/${VERIFIER_NAME}.js`);
    const loading = [...bundles].filter(([, { packages }]) => packages.has('http-message-sig'));

    expect([...beside.keys()].toSorted()).toEqual(files.toSorted());
    for (const packages of beside.values())
      expect([...packages].toSorted()).toEqual(['http-message-sig', 'structured-headers']);
    expect(loading).toEqual([]);
  });

  it('find that file from where Lambda loads them, and verify by it', async () => {
    const secret = 'the-secret-of-the-back-end-of-the-shop-0123456789';
    writeFileSync(join(folder, 'secret'), secret);
    const file = (name: string): string => pathToFileURL(join(folder, name)).href;
    const environment = {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      KEYTURN_SETTINGS: JSON.stringify({ ...PLAIN_SETTINGS, trustedCallers: [{ id: 'web' }] }),
      METRICS_NAMESPACE: 'Keyturn/test',
      TOKENS_TABLE: 'none',
      OUTBOX_TABLE: 'none',
      KEYRING: pathToFileURL(await testKeyringFile(folder)).href,
      CALLER_SECRETS: `web/1=${file('secret')}`,
    };
    const nowSeconds = Math.floor(Date.now() / 1000);
    const signed = signEvent(loadEvent('sign-up/json'), { keyId: 'web/1', secret, address: 'nowhere', nowSeconds });
    const code = `require('./index.js').handler(${JSON.stringify(signed)}, {}).then(({ body }) => console.error(body))`;

    const { stderr } = await promisify(execFile)(process.execPath, ['-e', code], {
      cwd: join(folder, 'sign-up'),
      env: environment,
    });

    // The signature is right, so the address is what is refused, before any table is asked.
    expect(JSON.parse(stderr)).toMatchObject({
      code: 'invalid-request',
      errors: [{ field: 'keyturn-client-address', code: 'not-an-ip-address' }],
    });
  });

  /** @asvs 13.4.1, 15.2.3 */
  it('have nothing of what builds, tests and deploys', () => {
    const tools = [
      'aws-cdk-lib',
      'constructs',
      'cdk-nag',
      'esbuild',
      'jest',
      'typescript',
      '@types/node',
      'fast-check',
    ];

    const found = [...bundles.values()].flatMap(({ packages }) => tools.filter((tool) => packages.has(tool)));

    expect(bundles.size).toBe(contracts.length);
    expect(found).toEqual([]);
  });

  it('stay within their budgets', () => {
    const sizes = Object.fromEntries([...bundles].map(([flow, { bytes }]) => [flow, bytes]));

    const complaints = budgetComplaints({ sizes, budgets: readJson(BUDGETS_FILE) });

    if (complaints.length > 0) throw new Error(`${complaints.join('\n')}\nFor a new flow: npm run generate`);
  });
});

describe('the budgets', () => {
  const sizes = { 'sign-in': 1000, 'sign-out': 101 };

  it('are a twentieth above what is there', () => {
    expect(budgetsFor(sizes)).toEqual({ 'sign-in': 1050, 'sign-out': 107 });
  });

  it('are added for a new bundle, and leave the others as they are: growth stays deliberate', () => {
    const budgets = withNewBudgets({ sizes, budgets: { 'sign-in': 900, gone: 1 } });

    expect(budgets).toEqual({ 'sign-in': 900, 'sign-out': 107 });
  });

  it('refuse a bundle that is a byte over, one without a budget, and a budget without a bundle', () => {
    const exact = budgetComplaints({ sizes, budgets: sizes });
    const over = budgetComplaints({ sizes: { ...sizes, 'sign-in': 1001 }, budgets: sizes });
    const unknown = budgetComplaints({ sizes, budgets: { 'sign-in': 1000 } });
    const gone = budgetComplaints({ sizes: { 'sign-in': 1000 }, budgets: sizes });

    expect(exact).toEqual([]);
    expect(over).toEqual(['sign-in is 1001 bytes, 1 over its budget of 1000']);
    expect(unknown).toEqual(['sign-out has no budget; it is 101 bytes']);
    expect(gone).toEqual(['sign-out has a budget and no bundle']);
  });
});
