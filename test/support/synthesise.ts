import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Environment } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AccountSecurityStack } from '../../infra/account-security-stack.ts';
import type { KeyturnProps } from '../../infra/keyturn.ts';
import type { SettingsInput } from '../../shared/settings/settings.ts';
import { builtBundles } from './built-bundles.ts';

const REQUIRED: SettingsInput = {
  productName: 'Bookshelf',
  sender: 'no-reply@bookshelf.example',
  publicUrl: 'https://auth.bookshelf.example',
};

export interface SynthesiseOptions extends Partial<Omit<KeyturnProps, 'settings'>> {
  /** Beside the three required ones, which are set here. */
  settings?: Partial<SettingsInput>;
  /** Without account and region by default, as without credentials. */
  env?: Environment;
}

/**
 * The feature flags of cdk.json. Bundles are not copied: the template names them all the same. Annotations are left out
 * of CloudFormation's validation report, which would repeat our own warnings.
 */
const contextOfSynthesis = async (): Promise<Record<string, unknown>> => {
  const { context } = JSON.parse(await readFile(new URL('../../cdk.json', import.meta.url), 'utf8'));
  return {
    ...context,
    'aws:cdk:disable-asset-staging': true,
    '@aws-cdk/core:annotationsInValidationReport': false,
  };
};

/**
 * Synthesises the stack with some settings, as `cdk synth` does; builds missing bundles first.
 *
 * @param look is called with the result before its files are removed
 */
const withStack = async <Result>(
  { settings = {}, ...rest }: SynthesiseOptions,
  look: (stack: AccountSecurityStack) => Result,
): Promise<Result> => {
  await builtBundles();
  const outdir = await mkdtemp(join(tmpdir(), 'keyturn-synth-'));
  try {
    const app = new App({ context: await contextOfSynthesis(), outdir, analyticsReporting: false });
    return look(new AccountSecurityStack(app, 'Keyturn', { settings: { ...REQUIRED, ...settings }, ...rest }));
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
};

/**
 * The stack's template with some settings, for assertions.
 *
 * @throws Error that names each setting that is missing or wrong
 */
export const synthesise = async (options: SynthesiseOptions = {}): Promise<Template> =>
  withStack(options, (stack) => Template.fromStack(stack));
