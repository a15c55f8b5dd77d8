import * as z from 'zod/mini';
import { httpContract, LAYER_PROBLEMS } from '../../shared/contract/contract.ts';
import { HISTORY_KINDS, type HistoryKind } from '../../shared/contract/history-words.ts';
import { instantField } from '../../shared/contract/instant-field.ts';
import { described, named } from '../../shared/contract/named.ts';
import { seenFromShape } from '../../shared/contract/seen-from.ts';
import { ORDINARY } from '../../shared/contract/throttle.ts';

/** Entries of a page, unless the caller asks for fewer or more. */
const USUAL_ENTRIES = 50;

const MOST_ENTRIES = 100;

const isKind = (text: string): text is HistoryKind => HISTORY_KINDS.some((kind) => kind === text);

/** Names in one text, parted by commas: API Gateway makes that of a parameter that comes several times. */
const kindsField = z.pipe(
  z.string(),
  z.transform((text, context): HistoryKind[] => {
    const kinds = text.split(',').map((name) => name.trim());
    const known = kinds.filter(isKind);
    if (known.length !== kinds.length) context.issues.push({ code: 'custom', input: text });
    return known;
  }),
);

const limitField = z.pipe(
  z.string().check(z.regex(/^[1-9]\d{0,2}$/)),
  z.transform((text, context) => {
    if (Number(text) > MOST_ENTRIES) context.issues.push({ code: 'custom', input: text });
    return Number(text);
  }),
);

/** What the address of a request has behind its question mark. */
export const listEventsQuery = z.strictObject({
  kind: z.optional(kindsField),
  limit: z._default(z.optional(limitField), USUAL_ENTRIES),
  cursor: z.optional(z.string()),
});

const listEventsAnswer = described(
  'A page of the history, the newest entry first.',
  z.strictObject({
    events: z.array(
      named(
        'SecurityEvent',
        'Something that happened to the account.',
        z.strictObject({
          kind: z
            .string()
            .check(z.describe('One of the kinds that the parameter kind takes; a later release may have more.')),
          text: z
            .string()
            .check(z.describe("The same for people: in the language of Accept-Language, or else the account's.")),
          occurred_at: instantField,
          ...seenFromShape,
          session_id: z.optional(
            z.string().check(
              z.meta({
                description: 'The session that it is about, or came from. It may have ended.',
                format: 'uuid',
              }),
            ),
          ),
        }),
      ),
    ),
    next_cursor: z.optional(
      z
        .string()
        .check(
          z.describe(
            'Where the next page begins: there may be more. Absent on the last page. A page may be short, or empty, and not be the last.',
          ),
        ),
    ),
  }),
);

/** The caller's security history. */
export const listEvents = httpContract({
  flow: 'list-events',
  subject: 'Accounts',
  routes: [
    {
      method: 'GET',
      path: '/account/events',
      summary:
        "The account's security history, the newest entry first, in pages. Entries are kept for 400 days unless the operator chose otherwise, failures for 30.",
    },
  ],
  caller: 'session',
  query: {
    kind: {
      description: 'Only entries of these kinds: several parted by commas.',
      schema: { type: 'array', items: { type: 'string', enum: HISTORY_KINDS }, minItems: 1 },
      example: ['signed-in', 'password-changed'],
    },
    limit: {
      description: `How many entries a page has at most, 1 to ${MOST_ENTRIES}.`,
      schema: { type: 'integer', minimum: 1, maximum: MOST_ENTRIES, default: USUAL_ENTRIES },
      example: 20,
    },
    cursor: {
      description: 'The next_cursor of the page before; it is good for a day or longer.',
      schema: { type: 'string' },
      example: 'BgEyMDI2LTExLTIxVDA5OjAwOjAwLjAwMFojMDAxYWJjZGU7f4hVQ0lI0T0q0gYJ',
    },
  },
  answer: listEventsAnswer,
  problems: [...LAYER_PROBLEMS, 'unauthenticated'],
  throttle: ORDINARY,
  settings: ['audience', 'defaultLanguage'],
  tables: {
    accounts: {
      ACCOUNT: ['dynamodb:GetItem', 'dynamodb:Query'],
    },
  },
  keyring: true,
});
