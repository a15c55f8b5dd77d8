/** A statement or member with the comment directly above it. */
interface Documented {
  name: string;
  comment: string;
}

const COMMENT = String.raw`((?:^[ ]*/\*\*(?:(?!\*/)[\s\S])*\*/\n)?)`;

const found = (text: string, pattern: RegExp): Documented[] =>
  [...text.matchAll(pattern)].map(([, comment = '', name = '']) => ({ name, comment }));

/** Bodies of the interfaces that a file exports. */
const interfacesOf = (text: string): string[] =>
  [...text.matchAll(/^export interface \w+[^\n]*\{\n([\s\S]*?)^\}/gm)].map(([, body = '']) => body);

const METHOD = new RegExp(String.raw`${COMMENT}^  (\w+)(?:<[^\n]*>)?\((?:(?!;\n  [\w/])[\s\S])*?\): Promise<`, 'gm');

/** A file whose store is made of the port to DynamoDB, or that is the port. */
const HAS_STORE = /\bdynamo: (?:Pick<)?Dynamo\b|^export interface Dynamo \{/m;

/**
 * Methods of stores whose comment doesn't say that the store may be out of reach: their callers have to know, for a request
 * whose outcome is unknown is not a refused one.
 */
export const silentStoreMethods = (text: string): string[] =>
  HAS_STORE.test(text)
    ? interfacesOf(text)
        .flatMap((body) => found(body, METHOD))
        .filter(({ comment }) => !/@throws[^@]*\bStoreUnavailable\b/.test(comment))
        .map(({ name }) => name)
    : [];

const RETRY = new RegExp(
  String.raw`${COMMENT}^(?:export )?const (\w*(?:ATTEMPTS|TIMEOUT_MS|BACKOFF_MS|RETRY_SECONDS|WAIT_MS|LEASE_SECONDS)) =`,
  'gm',
);

/** Numbers of attempts, pauses and time limits without a source: a reader can't tell whether they may be changed. */
export const unsourcedRetries = (text: string): string[] =>
  found(text, RETRY)
    .filter(({ comment }) => !comment.includes('@see'))
    .map(({ name }) => name);
