import type * as z from 'zod/mini';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { BearerToken, BodyFormat, Contract, HttpContract, Route } from '../../shared/contract/contract.ts';
import { SUBJECTS } from '../../shared/contract/subjects.ts';
import { requestOf } from './body-schemas.ts';
import { answersOf, problemExamples } from './document-answers.ts';
import { ANSWER_HEADERS } from './document-headers.ts';
import { parametersOf } from './document-parameters.ts';
import { examplesOf } from './examples.ts';
import { withNullForAbsent } from './null-for-absent.ts';
import { plainSchema } from './plain-schema.ts';

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

/** An empty requirement among others says that it can be done without (OpenAPI 3.1, Security Requirement Object). */
const securityOf = ({ caller, bearer = [] }: HttpContract) => {
  if (caller !== 'anyone') return [{ [BEARER_SCHEMES['access-token']]: [] }];
  return bearer.length === 0 ? [] : [{}, ...bearer.map((token) => ({ [BEARER_SCHEMES[token]]: [] }))];
};

/**
 * A body in the first of its formats: of a second one with the same members, generators make a second class, or send both. The others
 * are told in words (docs/adr/0047).
 */
const requestBodyOf = (request: z.ZodMiniType, route: Route) => {
  const [format = 'json', ...others] = route.accepts ?? [];
  const types = others.map((one) => MEDIA_TYPES[one]).join(', ');
  return {
    required: !route.bodyOptional,
    ...(types && { description: `Taken as ${types} too, with the same members.` }),
    content: { [MEDIA_TYPES[format]]: { schema: request, ...examplesOf(route, 'request') } },
  };
};

const firstSentence = (text: string): string => /^.*?[^.]\.(?= |$)/.exec(text)?.[0] ?? text;

const operation = (contract: HttpContract, route: Route): ZodOpenApiOperationObject => {
  const { flow, routes, subject } = contract;
  const request = requestOf(contract);
  return {
    operationId: operationId(flow, route, routes),
    summary: firstSentence(route.summary),
    description: route.summary,
    tags: [subject],
    parameters: parametersOf(route, contract),
    security: securityOf(contract),
    ...(request && route.accepts && { requestBody: requestBodyOf(request, route) }),
    responses: answersOf(contract, route),
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

const SECURITY_SCHEMES = {
  [BEARER_SCHEMES['access-token']]: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The access_token of a session: a JWT with a type, an audience and one algorithm (RFC8725, RFC9068).',
  },
  [BEARER_SCHEMES['challenge-token']]: {
    type: 'http',
    scheme: 'bearer',
    description: 'The challenge_token of a sign-in that wants its second factor.',
  },
} as const;

/** Writes the OpenAPI document of the flows that are called over HTTP. @see OpenAPI 3.1 */
export const openApiDocument = ({
  contracts,
  productName,
  publicUrl,
}: {
  contracts: readonly Contract[];
  productName: string;
  publicUrl: string;
}): { openapi: string } => {
  const http = contracts.filter((contract) => contract.trigger === 'http');
  const document = createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: `${productName} account security`,
        version: '1',
        description: 'Sign-up, account recovery, sessions, second factors, verification of numbers, and profiles.',
        contact: { name: productName, url: publicUrl },
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: publicUrl, 'x-internal': false }],
      tags: Object.entries(SUBJECTS).map(([name, description]) => ({ name, description })),
      paths: pathsOf(http),
      components: {
        headers: ANSWER_HEADERS,
        examples: problemExamples(http.flatMap(({ problems }) => problems)),
        securitySchemes: SECURITY_SCHEMES,
      },
    },
    { override: plainSchema },
  );
  return withNullForAbsent(document);
};
