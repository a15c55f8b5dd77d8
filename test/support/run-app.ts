import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { SettingsInput } from '../../shared/settings/settings.ts';
import { builtBundles } from './built-bundles.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface CfnTemplate {
  Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
}

/** Result of the CDK app. */
export interface AppRun {
  /** 0 without findings of cdk-nag and CloudFormation's validation. */
  code: number;
  output: string;
  /** By stack. */
  templates: Record<string, CfnTemplate>;
}

/**
 * Runs infra/app.ts as `cdk synth` does, with cdk-nag's rules; builds missing bundles first.
 *
 * @param settings the context key `keyturn`
 * @param region none by default, as without credentials
 */
export const runApp = async (settings: SettingsInput, region: string | null = null): Promise<AppRun> => {
  await builtBundles();
  const outdir = await mkdtemp(join(tmpdir(), 'keyturn-app-'));
  const { context } = JSON.parse(await readFile(join(root, 'cdk.json'), 'utf8')) as { context: object };
  const env = {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    CDK_OUTDIR: outdir,
    CDK_CONTEXT_JSON: JSON.stringify({
      ...context,
      keyturn: settings,
      'keyturn:allowReservedNames': true, // a region implies an account, which refuses the reserved names of tests
      'aws:cdk:disable-asset-staging': true,
    }),
    ...(region !== null && { CDK_DEFAULT_REGION: region, CDK_DEFAULT_ACCOUNT: '111122223333' }),
  };
  const templateOf = async (stack: string) =>
    JSON.parse(await readFile(join(outdir, `${stack}.template.json`), 'utf8')) as CfnTemplate;
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['infra/app.ts'], { cwd: root, env });
    const { artifacts } = JSON.parse(await readFile(join(outdir, 'manifest.json'), 'utf8')) as {
      artifacts: Record<string, { type: string }>;
    };
    const stacks = Object.keys(artifacts).filter((name) => artifacts[name]?.type === 'aws:cloudformation:stack');
    const templates = await Promise.all(stacks.map(async (stack) => [stack, await templateOf(stack)] as const));
    return { code: 0, output: stdout + stderr, templates: Object.fromEntries(templates) };
  } catch (error) {
    const { code = 1, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string };
    return { code, output: stdout + stderr, templates: {} };
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
};
