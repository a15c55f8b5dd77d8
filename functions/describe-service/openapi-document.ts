import type * as z from 'zod/mini';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { BearerToken, BodyFormat, Contract, HttpContract, Route } from '../../shared/contract/contract.ts';
import { isUnsafe, keptFor } from '../../shared/contract/kept-answers.ts';
import { PROBLEMS, type ProblemCode } from '../../shared/contract/problems.ts';
import { problemSchema } from './problem-schema.ts';

const MEDIA_TYPES: Readonly<Record<BodyFormat, string>> = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  'merge-patch': 'application/merge-patch+json',
};

/** The names of the security schemes. */
const BEARER_SCHEMES = {
  'access-token': 'accessToken',
  'challenge-token': 'challengeToken',
} as const satisfies Record<BearerToken, string>;

const camelCase = (text: string): string =>
  text.replace(/[^A-Za-z]+([A-Za-z])/g, (_, letter: string) => letter.toUpperCase());

/** The flow's name, and where that isn't enough the method, or what its address ends in. */
const operationId = (flow: string, { method, path }: Route, routes: readonly Route[]): string => {
  if (routes.length === 1) return camelCase(flow);
  const several = routes.filter((route) => route.method === method).length > 1;
  const end = path.replaceAll(/[{}+]/g, '').split('/').at(-1);
  return camelCase(`${flow}-${several ? end : method.toLowerCase()}`);
};

/** A greedy parameter is API Gateway's own notion; to a client it is one parameter. */
const openApiPath = (path: string): string => path.replace('+}', '}');

/** What a repeat with the same key gets. */
const REPEATS = {
  day: 'Kept for 24 hours; tokens of a session are made again for 60 seconds, while they were never used.',
  minutes:
    'Kept for 10 minutes, encrypted, and no longer than the account is unchanged; tokens of a session are made again for 60 seconds, while they were never used.',
  nothing: 'A repeat gets the same answer without it; nothing is kept.',
} as const;

/** @see draft-ietf-httpapi-idempotency-key-header */
const idempotencyKeyOf = (contract: HttpContract) => ({
  name: 'Idempotency-Key',
  in: 'header' as const,
  description: `Names the request, so that it can be repeated when its answer was lost: a new random id for each, 1 to 255 characters, with or without quotes. A repeat with the same key and content acts once and gets the answer of the first. ${REPEATS[keptFor(contract) ?? 'nothing']}`,
  schema: { type: 'string' as const },
});

const parametersOf = (route: Route, contract: HttpContract) => [
  ...[...route.path.matchAll(/\{(\w+)\+?\}/g)].map(([, name = '']) => ({
    name,
    in: 'path' as const,
    required: true,
    schema: { type: 'string' as const, ...(name === 'user_id' && { format: 'uuid' }) },
  })),
  ...(contract.caller === 'own-session' && (route.method === 'PUT' || route.method === 'PATCH')
    ? [{ name: 'If-Match', in: 'header' as const, schema: { type: 'string' as const } }]
    : []),
  ...(isUnsafe(route) ? [idempotencyKeyOf(contract)] : []),
];

/** People see a page where there is none of theirs. */
const alsoShown = ({ produces }: Route, status: number) =>
  produces === 'text/html' && status === PROBLEMS['not-found'].status
    ? { [produces]: { schema: { type: 'string' as const } } }
    : {};

const problemResponses = (codes: readonly ProblemCode[], route: Route) => {
  const statuses = new Set(codes.map((code) => PROBLEMS[code].status));
  return Object.fromEntries(
    [...statuses].map((status) => {
      const described = codes.filter((code) => PROBLEMS[code].status === status);
      return [
        `${status}`,
        {
          description: described.join(' or '),
          content: {
            'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
            ...alsoShown(route, status),
          },
        },
      ];
    }),
  );
};

const success = (answer: z.ZodMiniType | undefined, { produces = 'application/json' }: Route) => {
  if (produces !== 'application/json') {
    return { '200': { description: 'Done.', content: { [produces]: { schema: { type: 'string' as const } } } } };
  }
  return answer
    ? { '200': { description: 'Done.', content: { [produces]: { schema: answer } } } }
    : { '204': { description: 'Done.' } };
};

/** An empty requirement among others says that it can be done without (OpenAPI 3.1, Security Requirement Object). */
const securityOf = ({ caller, bearer = [] }: HttpContract) => {
  if (caller !== 'anyone') return [{ [BEARER_SCHEMES['access-token']]: [] }];
  return bearer.length === 0 ? [] : [{}, ...bearer.map((token) => ({ [BEARER_SCHEMES[token]]: [] }))];
};

const operation = (contract: HttpContract, route: Route): ZodOpenApiOperationObject => {
  const { request, flow, routes, problems } = contract;
  return {
    operationId: operationId(flow, route, routes),
    summary: route.summary,
    tags: [flow],
    parameters: parametersOf(route, contract),
    security: securityOf(contract),
    ...(request &&
      route.accepts && {
        requestBody: {
          required: true,
          content: Object.fromEntries(route.accepts.map((format) => [MEDIA_TYPES[format], { schema: request }])),
        },
      }),
    responses: { ...success(route.answer ?? contract.answer, route), ...problemResponses(problems, route) },
  };
};

const pathsOf = (contracts: readonly HttpContract[]): ZodOpenApiPathsObject => {
  const paths: ZodOpenApiPathsObject = {};
  for (const contract of contracts) {
    for (const route of contract.routes) {
      const path = openApiPath(route.path);
      paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(contract, route) };
    }
  }
  return paths;
};

/** Writes the OpenAPI document of the flows that are called over HTTP. @see OpenAPI 3.1 */
export const openApiDocument = ({
  contracts,
  productName,
  publicUrl,
}: {
  contracts: readonly Contract[];
  productName: string;
  publicUrl: string;
}): { openapi: string } =>
  createDocument({
    openapi: '3.1.0',
    info: {
      title: `${productName} account security`,
      version: '1',
      description: 'Sign-up, account recovery, sessions, second factors, verification of numbers, and profiles.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl }],
    paths: pathsOf(contracts.filter((contract) => contract.trigger === 'http')),
    components: {
      schemas: { Problem: problemSchema },
      securitySchemes: {
        [BEARER_SCHEMES['access-token']]: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        [BEARER_SCHEMES['challenge-token']]: {
          type: 'http',
          scheme: 'bearer',
          description: 'The challenge_token of a sign-in that wants its second factor.',
        },
      },
    },
  });
