import { isDeepStrictEqual } from 'node:util';

/** Condition operator with the first words of a statement. @see infra/table-bindings.ts */
const WORDS_OPERATOR = 'ForAllValues:StringLike';
const WORDS_KEY = 'dynamodb:LeadingKeys';

type OneOrMore = string | string[];

type Conditions = Record<string, Record<string, OneOrMore>>;

/** A statement in IAM's format. */
interface Statement {
  Effect: 'Allow' | 'Deny';
  Action: OneOrMore;
  Resource?: OneOrMore;
  NotResource?: OneOrMore;
  Condition?: Conditions;
}

/** A policy in IAM's format. */
export interface PolicyDocument {
  Version: string;
  Statement: Statement[];
}

/** The smallest removable part of a policy: one action on one resource, on rows of one first word. */
export interface Grant {
  action: string;
  /** An ARN, `*`, or `not` and an ARN. */
  resource: string;
  /** `null` for a grant that is not about rows. */
  firstWord: string | null;
}

const listOf = (value: OneOrMore | undefined): string[] => (value === undefined ? [] : [value].flat());

const wordsOf = ({ Condition }: Statement): string[] => listOf(Condition?.[WORDS_OPERATOR]?.[WORDS_KEY]);

/** Splits a statement into grants, each with a statement of its own. */
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

/** All grants of a policy. @throws Error for a policy that also denies */
export const grantsOf = ({ Statement: statements }: PolicyDocument): Grant[] => {
  if (statements.some(({ Effect }) => Effect !== 'Allow')) throw new Error('a statement that is no grant');
  return statements.flatMap((statement) => partsOf(statement).map(({ grant }) => grant));
};

/** The policy without one grant. */
export const withoutGrant = ({ Version, Statement: statements }: PolicyDocument, grant: Grant): PolicyDocument => ({
  Version,
  Statement: statements.flatMap((statement) => {
    const parts = partsOf(statement);
    if (!parts.some((one) => isDeepStrictEqual(one.grant, grant))) return [statement];
    return mergeWords(parts.filter((one) => !isDeepStrictEqual(one.grant, grant)).map(({ part }) => part));
  }),
});

/**
 * Merges the words of an action and resource into one statement again, because IAM may evaluate the keys of a call
 * together.
 */
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

/** A grant in readable form. */
export const describeGrant = ({ action, resource, firstWord }: Grant): string =>
  `${action} on ${resource}${firstWord === null ? '' : ` ${firstWord}#`}`;
