import type { Template } from 'aws-cdk-lib/assertions';

/** A resource of a template. */
export interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the properties of every type there is
  Properties: any;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}

/** Resources of a type by logical id. */
export const resourcesOf = (template: Template, type: string): [string, Resource][] =>
  Object.entries(template.findResources(type)) as [string, Resource][];

/** Logical ids, but for those of versions: a function has another one with every setting that it reads. */
export const idsBesideVersions = (template: Template): Set<string> => {
  const versions = new Set(resourcesOf(template, 'AWS::Lambda::Version').map(([id]) => id));
  return new Set(Object.keys(template.toJSON().Resources).filter((id) => !versions.has(id)));
};

/** The only resource of a type. @throws Error unless there is exactly one */
export const onlyOne = (template: Template, type: string): [string, Resource] => {
  const [found, ...others] = resourcesOf(template, type);
  if (!found || others.length > 0) throw new Error(`there is not one ${type}`);
  return found;
};

/** The only resource of a type whose logical id contains a word. @throws Error unless there is exactly one */
export const onlyNamed = (template: Template, type: string, word: string): [string, Resource] => {
  const [found, ...others] = resourcesOf(template, type).filter(([id]) => id.includes(word));
  if (!found || others.length > 0) throw new Error(`there is not one ${word} of ${type}`);
  return found;
};

/** The functions by their flows' names. */
export const functionsByFlow = (template: Template): Map<string, [string, Resource]> =>
  new Map(
    resourcesOf(template, 'AWS::Lambda::Function').map((entry) => {
      const tags: { Key: string; Value: string }[] = entry[1].Properties.Tags ?? [];
      return [tags.find(({ Key }) => Key === 'keyturn:flow')?.Value ?? `untagged ${entry[0]}`, entry];
    }),
  );

/** The alias that a value names, as its flow and its name: `sign-in live`; of what names no alias of a flow, the value as text. */
export const calledBy = (template: Template, value: unknown): string => {
  const named = resourcesOf(template, 'AWS::Lambda::Alias').find(([id]) =>
    JSON.stringify(value).includes(`{"Ref":"${id}"}`),
  );
  const alias = named?.[1].Properties;
  for (const [flow, [id]] of functionsByFlow(template))
    if (id === alias?.FunctionName.Ref) return `${flow} ${alias.Name}`;
  return asText(value);
};

/** An intrinsic function as one word: `<Outbox.Arn>`, an ARN that contains such words, or the text itself. */
export const asText = (value: unknown): string => {
  if (typeof value === 'string') return value;
  const {
    Ref,
    'Fn::GetAtt': attribute,
    'Fn::Join': join,
  } = value as {
    Ref?: string;
    'Fn::GetAtt'?: [string, string];
    'Fn::Join'?: [string, unknown[]];
  };
  if (Ref !== undefined) return `<${Ref}>`;
  if (attribute) return `<${attribute.join('.')}>`;
  if (join) return join[1].map(asText).join(join[0]);
  return JSON.stringify(value);
};

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource?: unknown;
  NotResource?: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

const listed = <Value>(value: Value | Value[]): Value[] => (Array.isArray(value) ? value : [value]);

/** The condition on leading keys; its second part refuses calls without a key. */
const LEADING_KEYS = 'dynamodb:LeadingKeys';

const conditionsOf = ({ Condition = {} }: Statement): string[] => {
  const { 'ForAllValues:StringLike': like, Null: absent, ...others } = Condition;
  const words = like?.[LEADING_KEYS];
  if (words === undefined) return [Object.keys(Condition).length > 0 ? ` if ${JSON.stringify(Condition)}` : ''];
  const isWatertight = absent?.[LEADING_KEYS] === 'false' && Object.keys(others).length === 0;
  return listed(words as unknown[]).map((word) => ` ${asText(word)}${isWatertight ? '' : ' or no key at all'}`);
};

interface InlinePolicy {
  PolicyDocument: { Statement: Statement[] };
}

/** The policies of a role: those in it, and those that are attached to it. */
const policiesOf = (template: Template, roleId: string): InlinePolicy[] => [
  ...((template.toJSON().Resources[roleId]?.Properties.Policies ?? []) as InlinePolicy[]),
  ...resourcesOf(template, 'AWS::IAM::Policy')
    .filter(([, { Properties }]) => Properties.Roles.some(({ Ref }: { Ref?: string }) => Ref === roleId))
    .map(([, { Properties }]) => Properties as InlinePolicy),
];

/** Permissions of a role, one a line: `action resource`, with its leading key or condition. */
export const permissionsOf = (template: Template, roleId: string): string[] =>
  policiesOf(template, roleId)
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap((statement) => {
      const resources = statement.NotResource
        ? listed(statement.NotResource).map((resource) => `all but ${asText(resource)}`)
        : listed(statement.Resource).map(asText);
      return listed(statement.Action).flatMap((action) =>
        resources.flatMap((resource) =>
          conditionsOf(statement).map((condition) => `${statement.Effect} ${action} ${resource}${condition}`),
        ),
      );
    });
