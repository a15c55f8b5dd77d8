import { propertiesOfType } from './create-only-properties.ts';

/** What a release must not replace, and what would be lost. */
const LASTING_TYPES: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::GlobalTable': 'its rows',
  'AWS::KMS::Key': 'whatever is encrypted under it',
  'AWS::SecretsManager::Secret': 'its value, and what only the value can read',
  'AWS::Logs::LogGroup': 'the way to the lines that are in it',
  'AWS::ApiGatewayV2::Api': 'the address that apps call',
  'AWS::ApiGatewayV2::Stage': 'the API, while it is made anew',
  'AWS::ApiGatewayV2::DomainName': 'the target of DNS records',
  'AWS::CloudFront::Distribution': 'the target of DNS records',
  'AWS::Lambda::Function': 'the versions before, and the series of its metrics',
  'AWS::Lambda::Alias': 'what may call it',
  'AWS::Lambda::EventSourceMapping': 'the place in the stream',
  'AWS::SQS::Queue': 'the letters in it',
  'AWS::SNS::Topic': 'the subscriptions of operators',
  'AWS::SES::ConfigurationSet': 'the history of its metrics',
  'AWS::SES::EmailIdentity': 'the DNS records that prove it',
};

/** A resource that every later release has to have. */
interface LastingResource {
  type: string;
  /** Properties that CloudFormation can't change in place, as the template has them. */
  fixed: Readonly<Record<string, unknown>>;
}

/** By logical id: what CloudFormation knows a resource by. */
export type LastingResources = Readonly<Record<string, LastingResource>>;

interface TemplateLike {
  Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
}

/** The resources of a template that must not be replaced. */
export const lastingResourcesOf = ({ Resources }: TemplateLike): LastingResources =>
  Object.fromEntries(
    Object.entries(Resources)
      .filter(([, { Type }]) => Object.hasOwn(LASTING_TYPES, Type))
      .map(([id, { Type, Properties = {} }]) => {
        const names = propertiesOfType(Type, { causesReplacement: true }).filter((name) => name in Properties);
        return [
          id,
          { type: Type, fixed: Object.fromEntries(names.toSorted().map((name) => [name, Properties[name]])) },
        ];
      }),
  );

const lossOf = (id: string, { type }: LastingResource, what: string): string =>
  `${id} (${type}) ${what}: that loses ${LASTING_TYPES[type] ?? 'what it holds'}`;

/**
 * What a release with these resources would replace or remove.
 *
 * @param kept of the releases before
 * @param now of all templates that settings can make
 * @returns a line for each; empty where all is kept
 */
export const replacementsOf = (kept: LastingResources, now: LastingResources): string[] =>
  Object.entries(kept).flatMap(([id, before]) => {
    const after = now[id];
    if (!after) return [lossOf(id, before, 'is gone, or has another logical id')];
    if (after.type !== before.type) return [lossOf(id, before, `has become ${after.type}`)];
    const names = new Set([...Object.keys(before.fixed), ...Object.keys(after.fixed)]);
    return [...names]
      .filter((name) => JSON.stringify(before.fixed[name]) !== JSON.stringify(after.fixed[name]))
      .map((name) => lossOf(id, before, `is replaced, for ${name} changes`));
  });
