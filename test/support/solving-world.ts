import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { CAPTCHA_MEMBER } from '../../shared/contract/captcha.ts';
import { httpContracts } from './fixtures.ts';
import type { World } from './world.ts';

/** Flows whose strangers may be asked for a captcha. */
export const CAPTCHA_FLOWS = httpContracts.filter(({ captcha }) => captcha).map(({ flow }) => flow);

/** Puts a captcha's response into a request, in the form that its body has. */
export const withCaptchaToken = (event: APIGatewayProxyEventV2, token: unknown): APIGatewayProxyEventV2 => {
  const { body = '', isBase64Encoded, headers } = event;
  const text = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString('utf8');
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  const next = isForm
    ? new URLSearchParams([...new URLSearchParams(text), [CAPTCHA_MEMBER, String(token)]]).toString()
    : JSON.stringify({ ...(JSON.parse(text || '{}') as object), [CAPTCHA_MEMBER]: token });
  const type = headers['content-type'] ?? 'application/json';
  return { ...event, body: next, isBase64Encoded: false, headers: { ...headers, 'content-type': type } };
};

/** A world whose clients show the widget and send its response with every request that may be asked for one. */
export const makeSolvingWorld = (world: World, solve: () => string): World => ({
  ...world,
  call: (flow, event) => world.call(flow, CAPTCHA_FLOWS.includes(flow) ? withCaptchaToken(event, solve()) : event),
});
