import { parseXML } from '@aws-sdk/xml-builder';
import * as z from 'zod/mini';

/** An answer of the query protocol that can't be read. */
const errorAnswer = z.object({
  ErrorResponse: z.object({ Error: z.object({ Code: z.string(), Message: z.optional(z.string()) }) }),
});

/** What a failed call of the query protocol says. @returns `null` where it is not in its form */
export const readQueryError = (xml: string): { code: string; message: string } | null => {
  try {
    const { Code, Message } = errorAnswer.parse(parseXML(xml)).ErrorResponse.Error;
    return { code: Code, message: Message ?? '' };
  } catch {
    return null;
  }
};

/**
 * The result in an answer of the query protocol; an operation without one has an empty object.
 *
 * @throws Error where the text is no XML, or the answer of another operation
 * @see Smithy, "AWS Query protocol"
 */
export const readQueryResult = (operation: string, xml: string): unknown => {
  const response = (parseXML(xml) as Record<string, unknown>)[`${operation}Response`];
  if (typeof response !== 'object' || response === null) throw new Error('the answer is of another operation');
  return (response as Record<string, unknown>)[`${operation}Result`] ?? {};
};

/** A list of the query protocol: an element for each member, and an empty one for none. */
export const members = <Member>(member: z.ZodMiniType<Member>) =>
  z.pipe(
    z.optional(z.union([z.literal(''), z.object({ member: z.unknown() })])),
    z.pipe(
      z.transform((list: '' | { member: unknown } | undefined): unknown[] => (list ? [list.member].flat() : [])),
      z.array(member),
    ),
  );

/** A map of the query protocol: entries with a key and a value. */
export const textMap = () => {
  const entry = z.object({ key: z.string(), value: z.string() });
  return z.pipe(
    z.optional(z.union([z.literal(''), z.object({ entry: z.union([z.array(entry), entry]) })])),
    z.transform((map): Readonly<Record<string, string>> => {
      const entries = map ? [map.entry].flat() : [];
      return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
    }),
  );
};

/** A boolean of the query protocol. */
export const textBoolean = () =>
  z.pipe(
    z.enum(['true', 'false']),
    z.transform((text) => text === 'true'),
  );
