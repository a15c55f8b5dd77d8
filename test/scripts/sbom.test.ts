import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Version } from '@cyclonedx/cyclonedx-library/Spec';
import { JsonStrictValidator } from '@cyclonedx/cyclonedx-library/Validation';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { BundledPackage } from '../../scripts/bundled-packages.ts';
import { makeSbom, SBOM_FILE } from '../../scripts/sbom.ts';
import { builtBundles } from '../support/built-bundles.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SERVICE = { name: 'keyturn', version: '1.2.3', license: 'Apache-2.0' };

const packageOf = (changes: Partial<BundledPackage> = {}): BundledPackage => ({
  folder: 'node_modules/zod',
  name: 'zod',
  version: '4.0.0',
  license: 'MIT',
  bundles: ['sign-in'],
  ...changes,
});

interface Listed {
  group?: string;
  name: string;
  version: string;
  purl: string;
  licenses: { license: { id?: string; name?: string } }[];
  properties: { name: string; value: string }[];
}

const complaintOf = (text: string) => new JsonStrictValidator(Version.v1dot6).validate(text);

describe('the software bill of materials', () => {
  let text: string;
  let components: Listed[];

  beforeAll(async () => {
    await builtBundles();
    text = await readFile(`${root}dist/${SBOM_FILE}`, 'utf8');
    ({ components } = JSON.parse(text));
  });

  const nameOf = ({ group, name }: Listed): string => (group ? `${group}/${name}` : name);

  /** @asvs 15.1.2 */
  it('lies beside the bundles, and is what the schema of CycloneDX takes', async () => {
    expect(await complaintOf(text)).toBeNull();
    expect(await complaintOf(text.replace('"bomFormat"', '"format"'))).not.toBeNull();
  });

  it('has each package whose code is deployed, in the version of the lock, with its licence and address', async () => {
    const { packages } = JSON.parse(await readFile(`${root}package-lock.json`, 'utf8'));
    const notices = await readFile(`${root}dist/THIRD-PARTY-NOTICES.txt`, 'utf8');

    const found = components.map(nameOf);
    expect(found).toEqual(
      expect.arrayContaining(['@aws-sdk/client-ses', '@middy/core', '@node-rs/argon2', 'argon2', 'zod']),
    );
    for (const component of components) {
      const { version, purl, licenses } = component;
      const locked = packages[`node_modules/${nameOf(component)}`];
      expect([nameOf(component), version, licenses[0]?.license.id]).toEqual([
        nameOf(component),
        locked.version,
        locked.license,
      ]);
      expect(purl).toBe(`pkg:npm/${nameOf(component).replace('@', '%40')}@${version}`);
      expect(notices).toContain(`${nameOf(component)} ${version} (${locked.license})`);
    }
  });

  it('has nothing that is only for development', () => {
    const found = new Set(components.map(nameOf));

    expect(
      ['jest', 'typescript', 'aws-cdk-lib', 'esbuild', '@cyclonedx/cyclonedx-library'].filter((name) =>
        found.has(name),
      ),
    ).toEqual([]);
  });

  it('leads from an advisory to the functions that it is about', () => {
    const hashing = components.find((component) => nameOf(component) === '@node-rs/argon2')?.properties ?? [];

    expect(hashing).toContainEqual({ name: 'keyturn:bundle', value: 'sign-in' });
    expect(hashing).not.toContainEqual({ name: 'keyturn:bundle', value: 'get-profile' });
    expect(components.filter(({ properties }) => !properties?.length)).toEqual([]);
  });

  it('is the same for the same bundles, whenever they are built, and another for others', () => {
    const serialOf = (packages: BundledPackage[]): string => JSON.parse(makeSbom(SERVICE, packages)).serialNumber;

    expect(makeSbom(SERVICE, [packageOf()])).toBe(makeSbom(SERVICE, [packageOf()]));
    expect(makeSbom(SERVICE, [packageOf()])).not.toMatch(/timestamp/);
    expect(serialOf([packageOf()])).not.toBe(serialOf([packageOf({ version: '4.0.1' })]));
    expect(serialOf([packageOf()])).not.toBe(serialOf([packageOf({ bundles: ['sign-in', 'sign-up'] })]));
  });

  it('says a licence that SPDX does not list in its own words', async () => {
    const made = makeSbom(SERVICE, [packageOf({ license: 'SEE LICENSE IN LICENSE.txt' })]);

    expect(await complaintOf(made)).toBeNull();
    expect(JSON.parse(made).components[0].licenses).toEqual([{ license: { name: 'SEE LICENSE IN LICENSE.txt' } }]);
  });
});
