import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawnChild } from './children.ts';
import { BIN_FOLDER, ROOT_FOLDER, WORK_FOLDER } from './places.ts';
import type { Emulator } from './start-emulator.ts';

/** What the CDK deploys to, and where its log goes. */
type Target = Pick<Emulator, 'environment' | 'folder'>;

/** The copy of cdk.json to deploy. npm starts the app and looks for the project upwards from here. */
const PROJECT_FOLDER = join(WORK_FOLDER, 'project');

const ASSEMBLY_FOLDER = join(WORK_FOLDER, 'cdk.out');

/** The lines of the CDK's long output that name a failure; the last lines are shown too. */
const TELLING = /_FAILED/;
const SHOWN_LINES = 20;

/** cdk.json has reserved names, which a deployment to an account refuses. */
const HERE_ALONE = { 'keyturn:allowReservedNames': true };

type Json = { [key: string]: unknown };

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const merge = (base: Json, changes: Json): Json => ({
  ...base,
  ...Object.fromEntries(
    Object.entries(changes).map(([key, value]) => {
      const old = base[key];
      return [key, isObject(old) && isObject(value) ? merge(old, value) : value];
    }),
  ),
});

/** The CDK ended with an error; `output` is its whole output. */
export class CdkFailed extends Error {
  override readonly name = 'CdkFailed';
  readonly output: string;

  constructor(command: string, output: string) {
    const lines = output.trimEnd().split('\n');
    const shown = [...lines.filter((line) => TELLING.test(line)).slice(0, SHOWN_LINES), ...lines.slice(-SHOWN_LINES)];
    super(`cdk ${command} failed:\n${shown.join('\n')}`);
    this.output = output;
  }
}

/**
 * Copies cdk.json without its build command, because the bundles exist already.
 *
 * @param settings differences under the context key `keyturn`, merged key by key
 */
const writeProject = async (settings: Json): Promise<void> => {
  const { build, ...cdk } = JSON.parse(await readFile(join(ROOT_FOLDER, 'cdk.json'), 'utf8')) as Json;
  await mkdir(PROJECT_FOLDER, { recursive: true });
  await writeFile(
    join(PROJECT_FOLDER, 'cdk.json'),
    JSON.stringify(merge(cdk, { output: ASSEMBLY_FOLDER, context: { ...HERE_ALONE, keyturn: settings } }), null, 2),
  );
};

/**
 * Runs the CDK's command line in the copy of the project. Its output goes to `cdk-<command>.log` in the target's folder.
 *
 * @returns the whole output
 * @throws CdkFailed
 */
const runCdk = async ({ environment, folder }: Target, [command = '', ...more]: string[]): Promise<string> => {
  const log = createWriteStream(join(folder, `cdk-${command}.log`));
  const child = spawnChild(join(BIN_FOLDER, 'cdk'), [command, '--no-notices', '--no-color', ...more], {
    cwd: command === 'bootstrap' ? WORK_FOLDER : PROJECT_FOLDER, // without cdk.json it doesn't run the app
    env: {
      PATH: `${BIN_FOLDER}:${process.env.PATH ?? ''}`,
      HOME: WORK_FOLDER, // the CDK caches the account of a key there
      LANG: 'C.UTF-8',
      CI: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (part: Buffer) => {
      output += part.toString();
      log.write(part);
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  log.end();
  if (code !== 0) throw new CdkFailed(command, output);
  return output;
};

/** Prepares an account for the CDK. @throws CdkFailed */
export const bootstrap = async (target: Target & Pick<Emulator, 'accountId' | 'region'>): Promise<void> => {
  await runCdk(target, ['bootstrap', `aws://${target.accountId}/${target.region}`]);
};

/**
 * Synthesises the stack that is deployed and destroyed from then on.
 *
 * @param settings differences to cdk.json under the context key `keyturn`, merged key by key
 * @throws CdkFailed
 */
export const synthesize = async (target: Target, settings: Json): Promise<void> => {
  await writeProject(settings);
  await runCdk(target, ['synth', '--all', '--quiet']);
};

/** Deploys what is synthesised. @returns the stack's outputs by name. @throws CdkFailed */
export const deployStack = async (target: Target): Promise<Record<string, string>> => {
  const outputsFile = join(target.folder, 'outputs.json');
  const options = ['--all', '--require-approval', 'never', '--outputs-file', outputsFile];
  await runCdk(target, ['deploy', '--app', ASSEMBLY_FOLDER, ...options]);
  const stacks = JSON.parse(await readFile(outputsFile, 'utf8')) as Record<string, Record<string, string>>;
  return Object.assign({}, ...Object.values(stacks));
};

/** Destroys the stack. @throws CdkFailed */
export const destroyStack = async (target: Target): Promise<void> => {
  await runCdk(target, ['destroy', '--app', ASSEMBLY_FOLDER, '--all', '--force']);
};
