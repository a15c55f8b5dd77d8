import { readdir, readFile } from 'node:fs/promises';
import type { Metafile } from 'esbuild';

/** The folder in node_modules that a bundled file belongs to: the innermost, where one is nested in another. */
const PACKAGE_FOLDER = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/** Packages of which a bundle has the native file alone. */
const OF_NATIVE_FILES = ['node_modules/@node-rs/argon2'];

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
export const thirdPartyNotices = async (root: string, metafiles: readonly Metafile[]): Promise<string> => {
  const outputs = metafiles.flatMap((metafile) => Object.values(metafile.outputs));
  const inputs = outputs.flatMap(({ inputs: of }) => Object.keys(of));
  const folders = new Set(inputs.flatMap((input) => PACKAGE_FOLDER.exec(input)?.[1] ?? []));
  const ofPackages = [...folders, ...OF_NATIVE_FILES].toSorted().map(async (folder) => {
    const { name, version, license } = JSON.parse(await readFile(`${root}${folder}/package.json`, 'utf8'));
    return `${name} ${version} (${license})\n\n${await licenceText(`${root}${folder}`)}`;
  });
  const ofData = OF_DATA.map((path) => readFile(`${root}${path}`, 'utf8'));
  const notices = await Promise.all([...ofPackages, ...ofData]);
  return `${notices.map((notice) => notice.trim()).join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
};
