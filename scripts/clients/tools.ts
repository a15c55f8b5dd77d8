import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the document and the templates are linted, and clients are generated with: all versions are here, and none is a dependency of the project. */
export const PINS = {
  npm: {
    '@stoplight/spectral-cli': '6.16.3',
    '@stoplight/spectral-owasp-ruleset': '2.0.1',
    '@hey-api/openapi-ts': '0.99.0',
    'openapi-typescript': '7.13.0',
    'openapi-fetch': '0.17.0',
    typescript: '5.9.3', // the API of the compiler, which both generators use
  },
  openapiGenerator: '7.25.0',
  python: {
    'openapi-python-client': '0.29.1',
    httpx: '0.28.1',
    attrs: '26.1.0',
    urllib3: '2.8.0',
    pydantic: '2.14.4',
    'python-dateutil': '2.9.0.post0',
    'typing-extensions': '4.16.0',
  },
  schemathesis: { schemathesis: '4.32.5' },
  templates: { 'cfn-lint': '1.58.0', checkov: '3.3.30' },
  go: { 'oapi-codegen': 'v2.8.2', runtime: 'v1.9.0' },
  kotlin: { kotlin: '2.1.21', moshi: '1.15.2', okhttp: '4.12.0' },
  maven: { dependencyPlugin: '3.6.1', execPlugin: '3.5.0' },
} as const;

/** Kept between runs; the system's own folder of temporary files, so that nothing of it is in a checkout. */
export const CACHE = join(tmpdir(), 'keyturn-clients');

/** Whether a command is there and works. */
export const has = (command: string, args: readonly string[] = ['--version']): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/**
 * Runs a command to its end.
 *
 * @throws Error with the end of its output where it fails
 */
export const run = (
  command: string,
  args: readonly string[],
  { cwd = CACHE, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<string> =>
  new Promise((resolve, reject) => {
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    // By env(1), which adds to what the process has.
    const child = spawn('env', [...variables, command, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const gather = (part: Buffer): void => {
      output += part.toString();
    };
    child.stdout.on('data', gather);
    child.stderr.on('data', gather);
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0
        ? resolve(output)
        : reject(new Error(`${command} ${args[0]} failed (${code}):\n${output.slice(-4000)}`)),
    );
  });

/** Does something once for these pins, and not again while they stay. */
const once = async (name: string, pins: unknown, make: (folder: string) => Promise<unknown>): Promise<string> => {
  const folder = join(CACHE, name);
  const mark = join(folder, `made-${Buffer.from(JSON.stringify(pins)).toString('base64url').slice(-40)}`);
  if (!existsSync(mark)) {
    mkdirSync(folder, { recursive: true });
    await make(folder);
    writeFileSync(mark, '');
  }
  return folder;
};

/** The linter, and the generators for TypeScript. @returns the folder with `node_modules` */
export const npmTools = (): Promise<string> =>
  once('npm', PINS.npm, async (folder) => {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: PINS.npm }));
    await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
  });

/** openapi-generator, by Maven and its own settings. @returns the path of the archive */
export const openapiGenerator = async (): Promise<string> => {
  const version = PINS.openapiGenerator;
  const folder = await once('openapi-generator', version, (made) =>
    run('mvn', [
      '--batch-mode',
      '--quiet',
      `org.apache.maven.plugins:maven-dependency-plugin:${PINS.maven.dependencyPlugin}:copy`,
      `-Dartifact=org.openapitools:openapi-generator-cli:${version}`,
      `-DoutputDirectory=${made}`,
    ]),
  );
  return join(folder, `openapi-generator-cli-${version}.jar`);
};

/** A virtual environment with packages of their versions. @returns its folder of programs */
const pythonPrograms = async (name: string, pins: Readonly<Record<string, string>>): Promise<string> => {
  const folder = await once(name, pins, async (made) => {
    await run('python3', ['-m', 'venv', made]);
    const wanted = Object.entries(pins).map(([one, version]) => `${one}==${version}`);
    await run(join(made, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', ...wanted]);
  });
  return join(folder, 'bin');
};

/** The generator for Python and what generated clients need. @returns the folder of its programs */
export const pythonTools = (): Promise<string> => pythonPrograms('python', PINS.python);

/** schemathesis, apart: it wants other versions of what clients need. @returns the folder of its programs */
export const schemathesisTools = (): Promise<string> => pythonPrograms('schemathesis', PINS.schemathesis);

/** A linter of templates: each apart, for they want other versions of the same packages. @returns the folder of its programs */
export const templateTools = (linter: keyof typeof PINS.templates): Promise<string> =>
  pythonPrograms(linter, { [linter]: PINS.templates[linter] });
