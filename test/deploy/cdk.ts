import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawnChild } from './children.ts';
import { BIN_FOLDER, ROOT_FOLDER, WORK_FOLDER } from './places.ts';

/** The copy of cdk.json that is deployed. The app is started through npm, which looks for the project upwards from here. */
const PROJECT_FOLDER = join(WORK_FOLDER, 'project');

const ASSEMBLY_FOLDER = join(WORK_FOLDER, 'cdk.out');

/** Of what the CDK writes about two hundred resources, the lines that say what went wrong, and besides as many at its end. */
const TELLING = /_FAILED/;
const SHOWN_LINES = 20;

/** cdk.json has names that nobody owns, and an account is known here: a deployment to AWS would be refused. */
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

/** Thrown when the CDK ends with an error; `output` is everything it wrote. */
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
 * Copies cdk.json for the CDK to read, but for its build: the bundles are there already.
 *
 * @param settings what differs under the context key `keyturn`, merged key by key; the rest stays as it is
 */
export const writeProject = async (settings: Json): Promise<void> => {
  const { build, ...cdk } = JSON.parse(await readFile(join(ROOT_FOLDER, 'cdk.json'), 'utf8')) as Json;
  await mkdir(PROJECT_FOLDER, { recursive: true });
  await writeFile(
    join(PROJECT_FOLDER, 'cdk.json'),
    JSON.stringify(merge(cdk, { output: ASSEMBLY_FOLDER, context: { ...HERE_ALONE, keyturn: settings } }), null, 2),
  );
};

/**
 * Runs the stock CDK in the copy of the project. What it writes goes to `.deploy/cdk-<command>.log`.
 *
 * @param environment of the account's administrator
 * @returns everything it wrote
 * @throws CdkFailed
 */
export const runCdk = async (
  environment: Record<string, string>,
  [command = '', ...more]: string[],
): Promise<string> => {
  const log = createWriteStream(join(WORK_FOLDER, `cdk-${command}.log`));
  const child = spawnChild(join(BIN_FOLDER, 'cdk'), [command, '--no-notices', '--no-color', ...more], {
    cwd: command === 'bootstrap' ? WORK_FOLDER : PROJECT_FOLDER, // without cdk.json it doesn't wait for the app
    env: {
      PATH: `${BIN_FOLDER}:${process.env.PATH ?? ''}`,
      HOME: WORK_FOLDER, // the CDK keeps there which account a key belongs to
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

/** Deploys the stack as the copy of cdk.json says. @returns its outputs by name */
export const deployStack = async (environment: Record<string, string>): Promise<Record<string, string>> => {
  const outputsFile = join(WORK_FOLDER, 'outputs.json');
  await runCdk(environment, ['deploy', '--all', '--require-approval', 'never', '--outputs-file', outputsFile]);
  const stacks = JSON.parse(await readFile(outputsFile, 'utf8')) as Record<string, Record<string, string>>;
  return Object.assign({}, ...Object.values(stacks));
};
