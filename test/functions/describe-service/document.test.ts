import { beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { PROBLEMS } from '../../../shared/contract/problems.ts';
import { SUBJECTS } from '../../../shared/contract/subjects.ts';
import { httpContracts } from '../../support/fixtures.ts';
import { type JsonSchema, type OpenApi, type Operation, readOpenApi } from '../../support/openapi.ts';

const TYPES = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  'merge-patch': 'application/merge-patch+json',
};

/** What a generated client holds in a plain integer of its language. */
const INTEGERS: Record<string, number> = { int32: 2 ** 31 - 1, int64: 253_402_300_799 };

/** Members that are texts in JSON, and say an instant by their name. */
const INSTANT = /(?:_at|_until)$/;

/** Every operation of the manifest. */
const promised = httpContracts.flatMap((contract) =>
  contract.routes.map((route) => ({
    contract,
    route,
    routeKey: `${route.method} ${route.path}`,
    path: route.path.replace('+}', '}'),
    method: route.method.toLowerCase(),
  })),
);

type Promised = (typeof promised)[number];

describe('the OpenAPI document', () => {
  let document: OpenApi;
  let text: string;

  beforeAll(async () => {
    ({ text, document } = await readOpenApi());
  });

  const operationOf = ({ path, method }: Pick<Promised, 'path' | 'method'>): Operation => {
    const operation = document.paths[path]?.[method];
    if (!operation) throw new Error(`the document has no ${method} ${path}`);
    return operation;
  };

  const operations = (): Operation[] => promised.map(operationOf);

  const nameOf = ({ $ref = '' }: JsonSchema): string => $ref.replace('#/components/schemas/', '');

  /** Every schema within another, itself included, with the path to it; what it refers to is not within. */
  const within = (schema: JsonSchema, path: string): [string, JsonSchema][] => [
    [path, schema],
    ...Object.entries(schema.properties ?? {}).flatMap(([name, one]) => within(one, `${path}.${name}`)),
    ...(schema.items ? within(schema.items, `${path}[]`) : []),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])].flatMap((one) =>
      within(one, `${path}|`),
    ),
  ];

  const everySchema = (): [string, JsonSchema][] =>
    Object.entries(document.components.schemas).flatMap(([name, schema]) => within(schema, name));

  /** Names of the schemas that bodies refer to, and of those that these refer to. */
  const reachedFrom = (bodies: readonly JsonSchema[]): Set<string> => {
    const reached = new Set<string>();
    const visit = (schema: JsonSchema): void => {
      for (const [, one] of within(schema, '')) {
        const name = nameOf(one);
        if (name === '' || reached.has(name)) continue;
        reached.add(name);
        visit(document.components.schemas[name] ?? {});
      }
    };
    bodies.forEach(visit);
    return reached;
  };

  const requestBodies = (): JsonSchema[] =>
    operations().flatMap(({ requestBody }) => Object.values(requestBody?.content ?? {}).map(({ schema }) => schema));

  const answerBodies = (): JsonSchema[] =>
    operations().flatMap(({ responses }) =>
      Object.values(responses).flatMap(({ content = {} }) => Object.values(content).map(({ schema }) => schema)),
    );

  it('is of version 3.1, and names the address of the service', () => {
    expect(document).toMatchObject({ openapi: '3.1.0', servers: [{ url: 'https://auth.bookshelf.example' }] });
  });

  it('lists exactly the routes of the manifest', () => {
    const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );

    expect(listed.toSorted()).toEqual(promised.map(({ method, path }) => `${method} ${path}`).toSorted());
  });

  it.each(promised)(
    'names for $routeKey every problem of its contract, the 429 of its throttle, and success',
    (one) => {
      const { contract, route } = one;
      const { responses } = operationOf(one);

      const codes = Object.entries(responses).flatMap(([status, { content = {} }]) =>
        Object.keys(content['application/problem+json']?.examples ?? {}).map((code) => `${status} ${code}`),
      );
      expect(codes.toSorted()).toEqual(contract.problems.map((code) => `${PROBLEMS[code].status} ${code}`).toSorted());
      const statuses = new Set([...contract.problems.map((code) => PROBLEMS[code].status), 429]);
      const described = Object.keys(responses).map(Number);
      expect(new Set(described.filter((status) => status >= 400))).toEqual(statuses);
      expect(described.filter((status) => status < 300)).toHaveLength(1);
      expect(described.includes(303)).toBe(route.page !== undefined);
    },
  );

  it.each(promised)(
    "says for $routeKey that the gateway's own 429 is no problem document, also beside the flow's",
    (one) => {
      const { content = {}, description } = operationOf(one).responses['429'] ?? {};

      expect(content['application/json']?.schema).toEqual({ $ref: '#/components/schemas/GatewayAnswer' });
      expect(description).toContain('Without a code: the gateway');
    },
  );

  it.each(promised)('says for $routeKey who may call and what is sent', (one) => {
    const { contract, route } = one;
    const operation = operationOf(one);

    const named = [...route.path.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => name);
    const schemes = { 'access-token': { accessToken: [] }, 'challenge-token': { challengeToken: [] } };
    const optional = (contract.bearer ?? []).map((token) => schemes[token]);
    const security = contract.caller === 'anyone' ? optional : [schemes['access-token']];
    const mayDoWithout = contract.caller === 'anyone' && optional.length > 0;
    expect(operation.security).toEqual(mayDoWithout ? [{}, ...security] : security);
    expect(operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual(named);

    const [first, ...others] = (route.accepts ?? []).map((format) => TYPES[format]);
    const { requestBody } = operation;
    expect(Object.keys(requestBody?.content ?? {})).toEqual(first ? [first] : []); // a second one breaks generators
    for (const type of others) expect(requestBody?.description).toContain(type);
    expect(requestBody?.required).toBe(first ? !route.bodyOptional : undefined);
  });

  it.each(promised)('offers an Idempotency-Key for $routeKey where it changes something', (one) => {
    const headers = operationOf(one).parameters.filter((parameter) => parameter.in === 'header');

    expect(headers.some(({ name }) => name === 'Idempotency-Key')).toBe(one.method !== 'get');
  });

  it("says how an app's server verifies a proof of a number", () => {
    expect(JSON.stringify(document.components.schemas.VerifyCodeAnswer)).toMatch(/phone-proof\+jwt.*#phone-proof/);
  });

  it('has a sentence for each operation, parameter, answer and subject', () => {
    for (const { summary, description, parameters, responses } of operations()) {
      const sentences = [description, ...Object.values(responses).map((answer) => answer.description)];
      for (const sentence of [...sentences, ...parameters.map((parameter) => parameter.description)])
        expect(sentence).toMatch(/^.{4,}[.]?$/s);
      expect(description.startsWith(summary)).toBe(true);
    }
    expect(document.tags).toEqual(Object.entries(SUBJECTS).map(([name, description]) => ({ name, description })));
  });

  describe('for those who generate clients', () => {
    it('gives every operation an id of its own, and one of a handful of subjects', () => {
      const ids = operations().map(({ operationId }) => operationId);
      const tags = operations().map((operation) => operation.tags);

      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.every((id) => /^[a-z][A-Za-z]+$/.test(id))).toBe(true);
      expect(tags.filter((of) => of.length !== 1)).toEqual([]);
      expect(new Set(tags.flat())).toEqual(new Set(Object.keys(SUBJECTS)));
      expect(Object.keys(SUBJECTS).length).toBeLessThanOrEqual(8);
    });

    it('names every body by a schema of its own, and every object within', () => {
      const bodies = [...requestBodies(), ...answerBodies()].filter(({ type }) => type !== 'string'); // pages

      expect(bodies.filter((schema) => Object.keys(schema).join() !== '$ref')).toEqual([]);
      const unnamed = everySchema().filter(([path, { properties }]) => properties && path.includes('.'));
      expect(unnamed.map(([path]) => path)).toEqual([]);
    });

    it('names what flows share once, and each other body by its flow', () => {
      const names = ({ operationId }: Pick<Operation, 'operationId'>, { responses, requestBody }: Operation) => [
        operationId,
        ...Object.values(requestBody?.content ?? {}).map(({ schema }) => nameOf(schema)),
        nameOf(responses['200']?.content?.['application/json']?.schema ?? {}),
      ];
      const of = (operationId: string) => operations().filter((one) => one.operationId === operationId);

      expect(of('signUp').map((one) => names(one, one))).toEqual([['signUp', 'SignUpRequest', 'Accepted']]);
      expect(of('signIn').map((one) => names(one, one))).toEqual([['signIn', 'SignInRequest', 'SignInAnswer']]);
      expect(of('refreshSession').map((one) => names(one, one))).toEqual([
        ['refreshSession', 'RefreshSessionRequest', 'SessionTokens'],
      ]);
    });

    it('has no alternatives but null, which clears a member', () => {
      const alternatives = everySchema().filter(([, { anyOf, oneOf, allOf }]) => anyOf || oneOf || allOf);

      for (const [path, { anyOf = [], oneOf, allOf }] of alternatives) {
        expect([path, oneOf, allOf, anyOf.length]).toEqual([path, undefined, undefined, 2]);
        expect(anyOf.at(-1)).toEqual({ type: 'null' });
      }
      expect(everySchema().filter(([, schema]) => 'const' in schema)).toEqual([]);
    });

    it('leaves answers open: members and values may be added, and an old app still reads them', () => {
      const { schemas } = document.components;
      const answers = [...reachedFrom(answerBodies())].flatMap((name) => within(schemas[name] ?? {}, name));

      const closed = answers.filter(([, schema]) => schema.additionalProperties === false || schema.enum);

      expect(answers.length).toBeGreaterThan(100);
      expect(closed.map(([path]) => path)).toEqual([]);
    });

    /** @asvs 2.1.1 */
    it('lets no request have what is not named', () => {
      const { schemas } = document.components;
      const requests = [...reachedFrom(requestBodies())];

      expect(requests.length).toBeGreaterThan(10);
      for (const name of requests) expect([name, schemas[name]?.additionalProperties]).toEqual([name, false]);
      const arrays = requests
        .flatMap((name) => within(schemas[name] ?? {}, name))
        .filter(([, { type }]) => type === 'array');
      expect(arrays.map(([path]) => path)).toEqual([]); // .spectral.yaml asks for no limit of them
    });

    it('says that null for an optional member is the member left out, but where a request changes what is stored', () => {
      const { schemas } = document.components;
      const takesNull = ({ type = [], anyOf = [] }: JsonSchema): boolean =>
        type.includes('null') || anyOf.some((one) => one.type === 'null');
      const membersOf = (methods: readonly string[]) =>
        promised
          .filter(({ method }) => methods.includes(method))
          .map((one) => nameOf(operationOf(one).requestBody?.content[TYPES.json]?.schema ?? {}))
          .flatMap((name) => {
            const { properties = {}, required = [] } = schemas[name] ?? {};
            return Object.entries(properties).map(([member, schema]) => ({ name, member, schema, required }));
          });

      const optional = membersOf(['post', 'delete']).filter(({ member, required }) => !required.includes(member));
      const wanted = membersOf(['post', 'delete']).filter(({ member, required }) => required.includes(member));
      const kept = membersOf(['put']).filter(({ member }) => member === 'sub' || member === 'email_verified');

      expect([optional.length > 10, wanted.length > 10, kept.length]).toEqual([true, true, 2]);
      expect(optional.filter(({ schema }) => !takesNull(schema))).toEqual([]);
      expect([...wanted, ...kept].filter(({ schema }) => takesNull(schema))).toEqual([]);
    });

    it('bounds every integer by what clients hold', () => {
      const integers = everySchema().filter(([, { type }]) => type === 'integer');

      expect(integers.length).toBeGreaterThan(10);
      for (const [path, { format = '', minimum = -1, maximum = Number.MAX_VALUE }] of integers) {
        expect([path, minimum >= 0, maximum <= (INTEGERS[format] ?? 0)]).toEqual([path, true, true]);
      }
    });

    it('marks instants as such', () => {
      const instants = everySchema().filter(([path, { type }]) => INSTANT.test(path) && type === 'string');

      expect(instants.length).toBeGreaterThan(2);
      for (const [path, { format }] of instants) expect([path, format]).toEqual([path, 'date-time']);
    });

    it('has no request for a recovery that names nothing', () => {
      const schema = z.fromJSONSchema(document.components.schemas.RequestRecoveryRequest as never);

      expect(document.components.schemas.RequestRecoveryRequest).toHaveProperty('minProperties', 1);
      expect(schema.safeParse({ email: 'reader@example.com' }).success).toBe(true);
    });
  });

  it('shows an example of each body, which is valid by the document', () => {
    const defs = JSON.parse(
      JSON.stringify(document.components.schemas).replaceAll('#/components/schemas/', '#/$defs/'),
    ) as Record<string, JsonSchema>;
    const isValid = (schema: JsonSchema, value: unknown): boolean =>
      z
        .fromJSONSchema({
          ...JSON.parse(JSON.stringify(schema).replaceAll('#/components/schemas/', '#/$defs/')),
          $defs: defs,
        } as never)
        .safeParse(value).success;
    const bodies = promised.flatMap((one) => {
      const { requestBody, responses } = operationOf(one);
      const all = [requestBody?.content, ...Object.values(responses).map(({ content }) => content)];
      return all.flatMap((content) => Object.values(content ?? {})).map((body) => ({ routeKey: one.routeKey, body }));
    });

    const shown = bodies.map(({ routeKey, body: { schema, example, examples = {} } }) => ({
      routeKey,
      schema,
      values: [
        ...(example === undefined ? [] : [example]),
        ...Object.values(examples).map(({ $ref, value }) =>
          $ref ? (document.components.examples[$ref.split('/').at(-1) ?? ''] as { value: unknown }).value : value,
        ),
      ],
    }));

    expect(shown.filter(({ values }) => values.length === 0)).toEqual([]);
    const wrong = shown.flatMap(({ routeKey, schema, values }) =>
      values.filter((value) => !isValid(schema, value)).map((value) => ({ routeKey, value })),
    );
    expect(wrong).toEqual([]);
    expect(text).not.toContain('undefined');
  });
});
