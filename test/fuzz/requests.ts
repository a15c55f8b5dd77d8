import * as fc from 'fast-check';
import { CODE_LIKE_TEXTS } from '../support/code-like-texts.ts';
import type { RouteCase } from '../support/fixtures.ts';
import { plainJsonSchema } from '../support/plain-json-schema.ts';
import { HELD, type HeldName } from './holdings.ts';

/** A value of a request; `held` stands for something that the client has by then. */
export type Value = { held: HeldName } | { json: unknown } | { members: [name: string, value: Value][] };

/** What is done to a body's text after it is written. */
export type Damage = { kind: 'none' | 'cut' | 'flip' | 'mark' | 'twice' } & { at: number };

/** A request as it is generated, before it is filled in. */
export interface FuzzRequest {
  body: Value;
  encoding: 'json' | 'form' | 'merge-patch' | 'text' | 'none';
  isBase64: boolean;
  damage: Damage;
  headers: Record<string, Value>;
  path: Value;
  query: Record<string, Value>;
}

interface JsonSchema {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  pattern?: string;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
}

/** Held things that fit a member, by its name. */
const FITTING: readonly [RegExp, readonly HeldName[]][] = [
  [/^email$/, ['email']],
  [/^sub$/, ['account id']],
  [/^(?:current_)?password$/, ['password']],
  [/^phone_number$/, ['phone number']],
  [/^code$/, ['app code', 'sms code', 'recovery code', 'enrolment code']],
  [/^enrollment_id$/, ['enrollment id']],
  [/^verification_id$/, ['verification id']],
  [/refresh_token$/, ['refresh token']],
  [
    /token$/,
    [
      'recovery token',
      'sign-up token',
      'undo token',
      'sign-in veto token',
      'email change token',
      'email proof token',
      'deletion token',
      'export token',
    ],
  ],
];

/** Well-formed texts of the kinds that the contracts have. */
const GOOD_TEXTS = [
  'reader@example.com',
  'reader@bücher.example',
  '+436641234567',
  '0043 664 123 45 67',
  'de-AT',
  'en',
  'Europe/Vienna',
  '1970-01-01',
  '1970',
  'https://example.com/me',
  'Ada',
  'a better horse than before',
  '042042',
  '0123-4567-89AB-CDEF',
  '0123456789ABCDEFGHJKMNPQRS',
  'true',
  'false',
  '',
]; // prettier-ignore

/** What a careful client sends in a text that must have a form of its own. */
const TEXT_OF: Readonly<Record<string, string>> = {
  profile: 'https://example.com/me',
  picture: 'https://example.com/me.png',
  website: 'https://example.com',
  birthdate: '1970-01-01',
  zoneinfo: 'Europe/Vienna',
  locale: 'de-AT',
  new_password: 'a better horse than before',
  acr_values: 'urn:keyturn:acr:1fa urn:keyturn:acr:2fa',
  action: 'DELETE /two-factor/totp',
  body_sha256: '0'.repeat(64),
};

const held = (...names: readonly HeldName[]): fc.Arbitrary<Value> =>
  fc.constantFrom(...names).map((name) => ({ held: name }));

const json = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<Value> => arbitrary.map((value) => ({ json: value }));

/** Any text: of people, of machines, of none. */
const anyText = fc.oneof(
  fc.constantFrom(...GOOD_TEXTS),
  fc.constantFrom(...CODE_LIKE_TEXTS),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.nat({ max: 3000 }).map((length) => 'x'.repeat(length)),
);

/** Any JSON at all, in the place of anything. */
const anyValue: fc.Arbitrary<Value> = fc.oneof(
  json(fc.jsonValue({ maxDepth: 3 })),
  json(fc.constantFrom<unknown>(null, true, false, 0, -1, 1e5, 1e308, [], {}, [[]], ['x'], { __proto__x: 1 })),
  json(anyText),
  held(...HELD),
);

const textOf = (schema: JsonSchema, name: string, isCareful: boolean): fc.Arbitrary<Value> => {
  const [, fitting] = FITTING.find(([pattern]) => pattern.test(name)) ?? [];
  const { maxLength, pattern } = schema;
  if (isCareful) return fitting ? held(...fitting) : json(fc.constant(TEXT_OF[name] ?? 'Ada'));
  return fc.oneof(
    { weight: 6, arbitrary: fitting ? held(...fitting) : json(fc.constantFrom(...GOOD_TEXTS)) },
    { weight: 2, arbitrary: json(pattern === undefined ? anyText : fc.stringMatching(new RegExp(pattern, 'u'))) },
    { weight: 1, arbitrary: json(fc.constantFrom(...GOOD_TEXTS)) },
    ...(maxLength === undefined
      ? []
      : [
          { weight: 1, arbitrary: json(fc.constantFrom(maxLength, maxLength + 1).map((length) => 'x'.repeat(length))) },
        ]),
  );
};

/** Values that a schema means; of a careless client a member in eight is something else. */
const valuesOf = (schema: JsonSchema, name: string, isCareful: boolean): fc.Arbitrary<Value> => {
  const meant = (): fc.Arbitrary<Value> => {
    if ('const' in schema) return json(fc.constant(schema.const));
    if (schema.enum) return json(fc.constantFrom(...schema.enum));
    if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => valuesOf(one, name, isCareful)));
    if (schema.type === 'string') return textOf(schema, name, isCareful);
    if (schema.type === 'integer') return json(fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1000 }));
    if (schema.type === 'null') return json(fc.constant(null));
    // A number that recovers is chosen elsewhere, and here only taken away.
    if (name === 'recovery_phone' && isCareful) return json(fc.constant(null));
    // What an answer says of an address is always so, and nothing else is taken back.
    if (schema.type === 'boolean')
      return json(name === 'email_verified' && isCareful ? fc.constant(true) : fc.boolean());
    if (schema.type === 'object' && schema.properties) return objectOf(schema, isCareful);
    if (schema.type === 'object')
      return json(fc.dictionary(fc.string({ maxLength: 12 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }));
    return anyValue;
  };
  return isCareful ? meant() : fc.oneof({ weight: 7, arbitrary: meant() }, { weight: 1, arbitrary: anyValue });
};

/** An object of the schema's members, of which some are missing, and at times one that it does not know. */
const objectOf = ({ properties = {}, required = [] }: JsonSchema, isCareful: boolean): fc.Arbitrary<Value> => {
  const sent = Object.entries(properties).filter(([name]) => !isCareful || name !== 'phone_number_verified'); // the owner has no number
  const members = sent.map(([name, schema]) =>
    fc.tuple(fc.nat({ max: 15 }), valuesOf(schema, name, isCareful)).map(([chance, value]): [string, Value][] => {
      const isThere = required.includes(name) ? isCareful || chance > 0 : chance < 5;
      return isThere ? [[name, value]] : [];
    }),
  );
  const strange = fc.oneof(
    { weight: isCareful ? 1 : 9, arbitrary: fc.constant<[string, Value][]>([]) },
    {
      weight: isCareful ? 0 : 1,
      arbitrary: fc
        .tuple(
          fc.oneof(fc.constantFrom('__proto__', 'constructor', 'is_admin', 'sub', ''), fc.string({ maxLength: 12 })),
          anyValue,
        )
        .map(([name, value]): [string, Value][] => [[name, value]]),
    },
  );
  return fc.tuple(fc.tuple(...members), strange).map(([own, more]) => ({ members: [...own.flat(), ...more] }));
};

const HEADERS: Record<string, fc.Arbitrary<Value>> = {
  accept: json(fc.constantFrom('application/json', 'text/html', '*/*', '', 'text/html;q=0.9, */*')),
  'accept-language': json(fc.oneof(fc.constantFrom('de-AT, en;q=0.5', '*', ''), anyText)),
  'if-match': fc.oneof(held('entity tag'), json(fc.constantFrom('*', 'W/"v1"', '"v2", "v1"', '"')), json(anyText)),
  'if-none-match': fc.oneof(held('entity tag'), json(fc.constantFrom('*', 'W/"v1"', '"v2",,"v1"', '"')), json(anyText)),
  'keyturn-step-up': json(anyText),
  origin: json(fc.constantFrom('https://evil.example', 'https://auth.bookshelf.example', 'null', '')),
  'sec-fetch-site': json(fc.constantFrom('same-origin', 'cross-site', 'none', 'x')),
  'user-agent': json(anyText),
  'x-forwarded-for': json(fc.constantFrom('192.0.2.9', '::1', 'x')),
  cookie: fc.oneof(held('verification id'), json(anyText)),
};

const AUTHORIZATION = fc.oneof(
  { weight: 12, arbitrary: held('access token') },
  { weight: 3, arbitrary: held('older access token', 'challenge token', 'unreached access token') },
  { weight: 1, arbitrary: held(...HELD) },
  { weight: 1, arbitrary: json(anyText) },
);

/** What a parameter in the path mostly is. */
const PATHS: Readonly<Record<string, fc.Arbitrary<Value>>> = {
  user_id: held('account id'),
  session_id: held('session id'),
  factor: json(fc.constantFrom('totp', 'totp', 'sms')),
  page: json(fc.constantFrom('reset', 'page.css', 'complete-sign-up')),
};

/** The media types that a client may name, beside the right ones. */
const ENCODINGS = ['json', 'form', 'merge-patch', 'text', 'none'] as const;

/** Requests to a route: mostly such as its contract means, with a part of each mistaken. */
export const requestsTo = ({ contract, route }: RouteCase): fc.Arbitrary<FuzzRequest> => {
  const schema = contract.request ? plainJsonSchema<JsonSchema>(contract.request, 'input') : {};
  const right = route.accepts ?? ['none' as const];
  const usual = contract.caller !== 'anyone' ? 10 : contract.bearer ? 5 : 1;
  const [, parameter = ''] = /\{(\w+)\+?\}/.exec(route.path) ?? [];
  const optional = Object.entries({ ...HEADERS, authorization: AUTHORIZATION }).map(([name, value]) =>
    fc
      .tuple(fc.nat({ max: 9 }), value)
      .map(([chance, one]): [string, Value][] =>
        chance < (name === 'authorization' ? usual : 1) ? [[name, one]] : [],
      ),
  );
  return fc.record({
    body: fc.oneof(
      { weight: 8, arbitrary: valuesOf(schema, '', true) },
      { weight: 8, arbitrary: valuesOf(schema, '', false) },
      { weight: 1, arbitrary: anyValue },
    ),
    encoding: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom(...right) },
      { weight: 1, arbitrary: fc.constantFrom(...ENCODINGS) },
    ),
    isBase64: fc.boolean(),
    damage: fc.record({
      kind: fc.oneof(
        { weight: 14, arbitrary: fc.constant('none' as const) },
        { weight: 1, arbitrary: fc.constantFrom('cut', 'flip', 'mark', 'twice') },
      ),
      at: fc.nat({ max: 500 }),
    }),
    headers: fc.tuple(...optional).map((present) => Object.fromEntries(present.flat())),
    path: fc.oneof(
      { weight: 8, arbitrary: PATHS[parameter] ?? held('account id') },
      { weight: 1, arbitrary: held('account id', 'other account id', 'access token') },
      { weight: 1, arbitrary: json(anyText) },
    ),
    query: fc.oneof(
      { weight: 6, arbitrary: fc.constant({}) },
      {
        weight: 1,
        arbitrary: fc.dictionary(fc.constantFrom('lang', 'outcome', 'token', '__proto__x'), json(anyText), {
          maxKeys: 2,
        }),
      },
    ),
  });
};
