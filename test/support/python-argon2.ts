import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Argon2's reference code in Python's usual package, with its dependencies; wheels only, so that nothing is compiled.
 */
const PACKAGES = ['argon2-cffi==25.1.0', 'argon2-cffi-bindings==25.1.0', 'cffi==2.0.0', 'pycparser==2.23'];

const INSTALL = [
  '-m',
  'pip',
  'install',
  '--quiet',
  '--disable-pip-version-check',
  '--only-binary=:all:',
  '--retries=0',
  '--timeout=10',
  ...PACKAGES,
];

/** Far longer than an installation takes; without a network it fails at once. */
const INSTALL_TIMEOUT_MS = 180_000;

/**
 * Reads one JSON array of pairs of hash and password from standard input, and prints for each whether it verifies;
 * `null` where the decoder refuses the hash.
 */
const VERIFY = `
import argon2, json, sys
hasher = argon2.PasswordHasher()
def verdict(phc, password):
    try:
        return hasher.verify(phc, password)
    except argon2.exceptions.VerifyMismatchError:
        return False
    except (argon2.exceptions.InvalidHashError, argon2.exceptions.VerificationError):
        return None
print(json.dumps([verdict(*pair) for pair in json.load(sys.stdin)]))
`;

const HASH =
  'import argon2, sys; print(argon2.PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1).hash(sys.argv[1]))';

/** Argon2 through Python. */
export interface PythonArgon2 {
  /** @returns for each pair whether the password matches; `null` where the decoder refuses the hash */
  verify(pairs: readonly (readonly [phc: string, password: string])[]): Promise<(boolean | null)[]>;
  /** Python's hash with 19 MiB and 2 passes. */
  hash(password: string): Promise<string>;
  /** Removes the installation. */
  remove(): void;
}

const argon2Of = (python: string, remove: () => void): PythonArgon2 => ({
  verify: async (pairs) => {
    const running = run(python, ['-c', VERIFY]);
    running.child.stdin?.end(JSON.stringify(pairs));
    return JSON.parse((await running).stdout) as (boolean | null)[];
  },
  hash: async (password) => (await run(python, ['-c', HASH, password])).stdout.trim(),
  remove,
});

/**
 * Uses the machine's package, or installs it into a virtual environment in a temporary folder.
 *
 * @returns the reason where Python or the package is missing
 */
export const findPythonArgon2 = async (): Promise<PythonArgon2 | { missing: string }> => {
  const hasPackage = (python: string) => run(python, ['-c', 'import argon2']);
  try {
    await run('python3', ['--version']);
  } catch {
    return { missing: 'there is no python3' };
  }
  try {
    await hasPackage('python3');
    return argon2Of('python3', () => {});
  } catch {
    const folder = mkdtempSync(join(tmpdir(), 'keyturn-python-'));
    const remove = () => rmSync(folder, { recursive: true, force: true });
    const python = join(folder, 'bin', 'python');
    try {
      await run('python3', ['-m', 'venv', folder]);
      await run(python, INSTALL, { timeout: INSTALL_TIMEOUT_MS });
      await hasPackage(python);
      return argon2Of(python, remove);
    } catch {
      remove();
      return { missing: 'argon2-cffi is not there and can not be installed' };
    }
  }
};
