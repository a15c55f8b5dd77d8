import { readdir, readFile } from 'node:fs/promises';
import type { BundledPackage } from './bundled-packages.ts';

/** Licences of copied data, from the project's root. */
const OF_DATA = ['shared/account/common-passwords.LICENSE.txt'];

const licenceText = async (folder: string): Promise<string> => {
  const names = (await readdir(folder)).filter((name) => /^(licen[cs]e|notice|copying)/i.test(name)).toSorted();
  const texts = await Promise.all(names.map((name) => readFile(`${folder}/${name}`, 'utf8')));
  return texts.map((text) => text.trim()).join('\n\n');
};

/**
 * Names and licences of the bundled libraries, which their licences require and minifying removes from the code.
 *
 * @param root the project's, with a slash at its end
 */
export const thirdPartyNotices = async (root: string, packages: readonly BundledPackage[]): Promise<string> => {
  const ofPackages = packages.map(
    async ({ folder, name, version, license }) =>
      `${name} ${version} (${license})\n\n${await licenceText(`${root}${folder}`)}`,
  );
  const ofData = OF_DATA.map((path) => readFile(`${root}${path}`, 'utf8'));
  const notices = await Promise.all([...ofPackages, ...ofData]);
  return `${notices.map((notice) => notice.trim()).join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
};
