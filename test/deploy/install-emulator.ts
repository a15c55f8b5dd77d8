import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EMULATOR_FOLDER, WORK_FOLDER } from './places.ts';

const run = promisify(execFile);

const REQUIREMENTS = join(EMULATOR_FOLDER, 'requirements.txt');
const VENV = join(WORK_FOLDER, 'venv');
const PYTHON = join(VENV, 'bin/python');
const INSTALLED = join(VENV, 'requirements.txt');

/** Files to start the emulator with. */
export interface InstalledEmulator {
  python: string;
  /** Certificate and authority to trust, in one file. */
  certificateFile: string;
  keyFile: string;
}

const needs = async (command: string, parameters: string[], message: string): Promise<void> => {
  await run(command, parameters).catch(() => {
    throw new Error(`npm run test:deploy needs ${message}`);
  });
};

const textOf = (file: string): Promise<string | null> => readFile(file, 'utf8').catch(() => null);

/** A virtual environment stops working when its Python is replaced. */
const runs = (program: string): Promise<boolean> =>
  run(program, ['--version']).then(
    () => true,
    () => false,
  );

/** Only for changed requirements, because an installation takes eight seconds. */
const installPackages = async (): Promise<void> => {
  if ((await textOf(INSTALLED)) === (await textOf(REQUIREMENTS)) && (await runs(PYTHON))) return;
  await rm(VENV, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', VENV]);
  await run(join(VENV, 'bin/pip'), [
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--requirement',
    REQUIREMENTS,
  ]);
  await cp(REQUIREMENTS, INSTALLED);
};

/** Not for secrecy: the bootstrap bucket's policy refuses requests without TLS. */
const makeCertificate = async ({ certificateFile, keyFile }: Omit<InstalledEmulator, 'python'>): Promise<void> => {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = ['-subj', '/CN=test-deploy', '-days', '7'];
  const extensions = ['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const output = ['-keyout', keyFile, '-out', certificateFile];
  await run('openssl', ['req', '-x509', ...curve, ...subject, ...extensions, ...output]);
};

/**
 * Installs the pinned emulator into the ignored folder, and makes a certificate for it.
 *
 * @throws Error that names what the machine lacks
 */
export const installEmulator = async (): Promise<InstalledEmulator> => {
  const probe = 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))';
  await needs(
    'python3',
    ['-c', probe],
    'python3 (3.10 or newer) with its venv module; on Debian: apt install python3-venv',
  );
  await needs('openssl', ['version'], 'openssl; on Debian: apt install openssl');
  await mkdir(WORK_FOLDER, { recursive: true });
  await installPackages();
  const emulator = {
    python: PYTHON,
    certificateFile: join(WORK_FOLDER, 'certificate.pem'),
    keyFile: join(WORK_FOLDER, 'key.pem'),
  };
  await makeCertificate(emulator);
  return emulator;
};
