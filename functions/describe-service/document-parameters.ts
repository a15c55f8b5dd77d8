import type { HttpContract, Route } from '../../shared/contract/contract.ts';
import { isUnsafe, keptFor } from '../../shared/contract/kept-answers.ts';
import { isBindable } from '../../shared/contract/step-up.ts';
import { isConditional } from './conditional.ts';

/** What is said of a parameter in a path. */
interface PathParameter {
  description: string;
  schema: { type: 'string'; format?: 'uuid' };
  example: string;
}

const PATH_PARAMETERS: Readonly<Record<string, PathParameter>> = {
  user_id: {
    description: "The caller's account id: account_id of the answer that began the session.",
    schema: { type: 'string', format: 'uuid' },
    example: '5f0c0c56-7d2f-4b0c-9d5e-0a8a4b0f3c11',
  },
  factor: {
    description: 'sms, totp (every app), or the id of one app.',
    schema: { type: 'string' },
    example: 'totp',
  },
  session_id: {
    description: 'session_id of an entry in the list of sessions.',
    schema: { type: 'string', format: 'uuid' },
    example: '93926bd2-a368-40fd-9a89-20d6af5c42dc',
  },
  page: {
    description: 'The name of a page, or of what it loads.',
    schema: { type: 'string' },
    example: 'reset',
  },
};

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
  schema: { type: 'string' as const, minLength: 1, maxLength: 257 },
  example: '8e03978e-40d5-43e8-bc93-6894a57f9324',
});

const IF_MATCH = {
  name: 'If-Match',
  in: 'header' as const,
  description:
    'The ETag of the profile that was read: a change that came meanwhile is not overwritten, and this one is refused.',
  schema: { type: 'string' as const },
  example: '"v1"',
};

const IF_NONE_MATCH = {
  name: 'If-None-Match',
  in: 'header' as const,
  description:
    'The ETag of the profile that the caller has: where it is that still, the answer is 304 and has no body.',
  schema: { type: 'string' as const },
  example: '"v1"',
};

const STEP_UP = {
  name: 'Keyturn-Step-Up',
  in: 'header' as const,
  description:
    'The step_up_token that reauthenticate gave for this request, method, path and body: in place of a fresh session. It is good once; one that is not good is refused, however fresh the session is.',
  schema: { type: 'string' as const },
  example: '3pEKyIuZ2SJqJxYzsmWm4gYfVxJ1mXkGn0rJ8kq5T2E',
};

/** @throws Error for a parameter of a path that is not described */
const pathParameter = (name: string) => {
  const parameter = PATH_PARAMETERS[name];
  if (!parameter) throw new Error(`describe the parameter ${name}`);
  return { name, in: 'path' as const, required: true, ...parameter };
};

/** Several values of one parameter are parted by commas. */
const queryParameters = ({ query = {} }: HttpContract) =>
  Object.entries(query).map(([name, { schema, ...parameter }]) => ({
    name,
    in: 'query' as const,
    ...parameter,
    schema,
    ...(schema.type === 'array' && { style: 'form' as const, explode: false }),
  }));

/** The parameters of an operation. */
export const parametersOf = (route: Route, contract: HttpContract) => [
  ...[...route.path.matchAll(/\{(\w+)\+?\}/g)].map(([, name = '']) => pathParameter(name)),
  ...queryParameters(contract),
  ...(contract.caller === 'own-session' && (route.method === 'PUT' || route.method === 'PATCH') ? [IF_MATCH] : []),
  ...(isConditional(route, contract) ? [IF_NONE_MATCH] : []),
  ...(isUnsafe(route) ? [idempotencyKeyOf(contract)] : []),
  ...(isUnsafe(route) && isBindable(contract) ? [STEP_UP] : []),
];
