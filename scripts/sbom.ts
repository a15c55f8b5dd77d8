import { createHash } from 'node:crypto';
import { ComponentType } from '@cyclonedx/cyclonedx-library/Enums';
import { Bom, Component, Metadata, NamedLicense, Property, SpdxLicense } from '@cyclonedx/cyclonedx-library/Models';
import { JSON as CycloneDxJson, JsonSerializer } from '@cyclonedx/cyclonedx-library/Serialize';
import { isSupportedSpdxId } from '@cyclonedx/cyclonedx-library/SPDX';
import { Spec1dot6 } from '@cyclonedx/cyclonedx-library/Spec';
import type { BundledPackage } from './bundled-packages.ts';

/** Its name in dist/, by CycloneDX's convention. */
export const SBOM_FILE = 'sbom.cdx.json';

/** A property for each bundle that a component is in, so that an advisory leads to the functions that it is about. */
const BUNDLE_PROPERTY = 'keyturn:bundle';

interface Named {
  name: string;
  version: string;
  license: string;
}

/** @see Package URL specification, type npm: a scope is the namespace, percent-encoded */
const packageUrl = ({ name, version }: Named): string => `pkg:npm/${name.replace('@', '%40')}@${version}`;

const componentOf = (type: ComponentType, named: Named): Component => {
  const [, group, name = named.name] = /^(@[^/]+)\/(.+)$/.exec(named.name) ?? [];
  const purl = packageUrl(named);
  const component = new Component(type, name, { version: named.version, purl, bomRef: purl, ...(group && { group }) });
  const { license } = named;
  component.licenses.add(isSupportedSpdxId(license) ? new SpdxLicense(license) : new NamedLicense(license));
  return component;
};

/** As a UUID of the content: the same bundles have the same bill, and others have another. @see RFC 9562 §5.8 */
const serialNumberOf = (content: string): string => {
  const hex = createHash('sha256').update(content).digest('hex');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/**
 * The software bill of materials of the bundles: every package whose code is deployed, and in which functions it is. It has no
 * time and nothing random, so that it changes only with what it lists.
 *
 * @param service the package itself, as package.json has it
 * @returns JSON, with a line end
 * @see CycloneDX specification 1.6
 */
export const makeSbom = (service: Named, packages: readonly BundledPackage[]): string => {
  const main = componentOf(ComponentType.Application, service);
  const bom = new Bom({ metadata: new Metadata({ component: main }) });
  for (const bundled of packages) {
    const component = componentOf(ComponentType.Library, bundled);
    for (const bundle of bundled.bundles) component.properties.add(new Property(BUNDLE_PROPERTY, bundle));
    bom.components.add(component);
    main.dependencies.add(component.bomRef);
  }
  const serializer = new JsonSerializer(new CycloneDxJson.Normalize.Factory(Spec1dot6));
  const text = () => `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
  bom.serialNumber = serialNumberOf(text());
  return text();
};
