import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

interface Specified {
  cloudFormationType: string;
  properties: Record<string, { causesReplacement?: 'yes' | 'maybe' | 'no' }>;
}

/** What `cdk diff` goes by: CloudFormation's own schemas, as the CDK's command line brings them. */
const typesOfCloudFormation = (): Specified[] => {
  const packed = readFileSync(new URL('../../node_modules/aws-cdk/db.json.gz', import.meta.url));
  const { schema } = JSON.parse(gunzipSync(packed).toString());
  return Object.values<Specified>(schema.resource.entities);
};

let byType: ReadonlyMap<string, Specified['properties']> | undefined;

/**
 * The names of all properties of a type.
 *
 * @param causesReplacement only those that CloudFormation can't change in place: it makes another resource instead
 * @throws Error for a type that CloudFormation does not have
 */
export const propertiesOfType = (type: string, { causesReplacement = false } = {}): string[] => {
  byType ??= new Map(
    typesOfCloudFormation().map(({ cloudFormationType, properties }) => [cloudFormationType, properties]),
  );
  const properties = byType.get(type);
  if (!properties) throw new Error(`CloudFormation has no ${type}`);
  return Object.entries(properties)
    .filter(([, property]) => !causesReplacement || (property.causesReplacement ?? 'no') !== 'no')
    .map(([name]) => name);
};
