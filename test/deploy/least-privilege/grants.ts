import { isDeepStrictEqual } from 'node:util';

/** The operator and key under which a statement lists first words. @see infra/table-bindings.ts */
const WORDS_OPERATOR = 'ForAllValues:StringLike';
const WORDS_KEY = 'dynamodb:LeadingKeys';

type OneOrMore = string | string[];

type Conditions = Record<string, Record<string, OneOrMore>>;

/** A statement as IAM keeps it. */
interface Statement {
  Effect: 'Allow' | 'Deny';
  Action: OneOrMore;
  Resource?: OneOrMore;
  NotResource?: OneOrMore;
  Condition?: Conditions;
}

/** A policy as IAM keeps it. */
export interface PolicyDocument {
  Version: string;
  Statement: Statement[];
}

/** The smallest part of a policy that can be taken away: one action, on one resource, on the rows of one first word. */
export interface Grant {
  action: string;
  /** An ARN, `*`, or `not` and an ARN. */
  resource: string;
  /** `null` where rows are no matter. */
  firstWord: string | null;
}

const listOf = (value: OneOrMore | undefined): string[] => (value === undefined ? [] : [value].flat());

const wordsOf = ({ Condition }: Statement): string[] => listOf(Condition?.[WORDS_OPERATOR]?.[WORDS_KEY]);

/** The parts of one statement, each as a statement of its own and as the grant that it is. */
const partsOf = (statement: Statement): { grant: Grant; part: Statement }[] => {
  const { Resource, NotResource, Condition } = statement;
  const words = wordsOf(statement);
  return listOf(statement.Action).flatMap((action) =>
    (Resource === undefined ? [null] : listOf(Resource)).flatMap((resource) =>
      (words.length > 0 ? words : [null]).map((word) => ({
        grant: {
          action,
          resource: resource ?? `not ${listOf(NotResource).join()}`,
          firstWord: word === null ? null : word.replace(/#\*$/, ''),
        },
        part: {
          Effect: statement.Effect,
          Action: action,
          ...(resource === null ? { NotResource: listOf(NotResource) } : { Resource: resource }),
          ...(Condition && {
            Condition:
              word === null
                ? Condition
                : { ...Condition, [WORDS_OPERATOR]: { ...Condition[WORDS_OPERATOR], [WORDS_KEY]: [word] } },
          }),
        },
      })),
    ),
  );
};

/** Everything that a policy grants, in its smallest parts. @throws Error for a policy that also denies */
export const grantsOf = ({ Statement: statements }: PolicyDocument): Grant[] => {
  if (statements.some(({ Effect }) => Effect !== 'Allow')) throw new Error('a statement that is no grant');
  return statements.flatMap((statement) => partsOf(statement).map(({ grant }) => grant));
};

/** The policy without one of its grants; all others stay as they are. */
export const withoutGrant = ({ Version, Statement: statements }: PolicyDocument, grant: Grant): PolicyDocument => ({
  Version,
  Statement: statements.flatMap((statement) => {
    const parts = partsOf(statement);
    if (!parts.some((one) => isDeepStrictEqual(one.grant, grant))) return [statement];
    return mergeWords(parts.filter((one) => !isDeepStrictEqual(one.grant, grant)).map(({ part }) => part));
  }),
});

/** Words of the same action and resource in one statement again: the keys of one call may be judged together. */
const mergeWords = (parts: readonly Statement[]): Statement[] => {
  const merged: Statement[] = [];
  for (const part of parts) {
    const same = merged.find(
      ({ Action, Resource }) => wordsOf(part).length > 0 && Action === part.Action && Resource === part.Resource,
    );
    const words = same?.Condition?.[WORDS_OPERATOR];
    if (words) words[WORDS_KEY] = [...listOf(words[WORDS_KEY]), ...wordsOf(part)];
    else merged.push(structuredClone(part));
  }
  return merged;
};

/** A grant as people read it. */
export const describeGrant = ({ action, resource, firstWord }: Grant): string =>
  `${action} on ${resource}${firstWord === null ? '' : ` ${firstWord}#`}`;
