#!/usr/bin/env bash
# One would guess: a route behind Powertools' event handler reads the same query from a request whether it came through API Gateway or through an
#   Application Load Balancer. Its README says that it detects the event's type, "so you can swap integrations (e.g. from ALB to API Gateway)
#   with little to no code changes".
# What happens: API Gateway's event of format 1.0 has the query decoded, a load balancer's has it as it was sent ("You must decode them in your
#   Lambda function": Elastic Load Balancing, Lambda functions as targets, section on multi-value headers). The event handler encodes both alike,
#   so that a load balancer's query is encoded twice and the route reads ann%2Bshop%40x.org for ann+shop@x.org. hono's handler, for one, tells
#   the two apart. (The sibling for Python got an option for it, aws-powertools/powertools-lambda-python#7621; for TypeScript no report was found.)
# Who is hurt: whoever follows a link out of a mail through a load balancer: an address is looked up in its encoded form and isn't found, a token
#   in base64 that ends in =, or has / or +, isn't the one that was sent. A test whose values are letters and digits passes.
#
# Seen with @aws-lambda-powertools/event-handler 2.35.0 and hono 4.13.19 (npm), Node 20.20 and 24.21, for ?email=ann%2Bshop%40x.org&token=a%2Fb%3D%3D:
#   powertools, API Gateway 1.0   ann+shop@x.org       a/b==
#   powertools, API Gateway 2.0   ann+shop@x.org       a/b==
#   powertools, load balancer     ann%2Bshop%40x.org   a%2Fb%3D%3D   (the same with multi-value headers on)
#   hono, load balancer           ann+shop@x.org       a/b==
#
# Needs Node 20 or newer with npm. Exits with 1 when any of this is no longer so.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

echo '{"private":true,"type":"module"}' > package.json
npm install --silent --no-audit --no-fund --save-exact @aws-lambda-powertools/event-handler@2.35.0 hono@4.13.19

cat > query.js <<'JS'
import { Router } from '@aws-lambda-powertools/event-handler/http';
import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';

const rawQueryString = 'email=ann%2Bshop%40x.org&token=a%2Fb%3D%3D';
const decoded = Object.fromEntries(new URLSearchParams(rawQueryString));
const encoded = Object.fromEntries(rawQueryString.split('&').map((pair) => pair.split('=')));
const listed = (object) => Object.fromEntries(Object.entries(object).map(([name, value]) => [name, [value]]));

const headers = { host: 'x.org', 'x-forwarded-proto': 'https' };
const common = { httpMethod: 'GET', path: '/reset', body: null, isBase64Encoded: false };
const gateway1 = {
  ...common,
  version: '1.0',
  resource: '/reset',
  headers,
  multiValueHeaders: listed(headers),
  queryStringParameters: decoded,
  multiValueQueryStringParameters: listed(decoded),
  pathParameters: null,
  stageVariables: null,
  requestContext: { domainName: 'x.org', httpMethod: 'GET', path: '/reset', stage: 'prod', requestId: '1', identity: { sourceIp: '192.0.2.1' } },
};
const gateway2 = {
  version: '2.0',
  routeKey: '$default',
  rawPath: '/reset',
  rawQueryString,
  headers,
  queryStringParameters: decoded,
  requestContext: {
    domainName: 'x.org',
    http: { method: 'GET', path: '/reset', protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'any' },
    requestId: '1',
    routeKey: '$default',
    stage: '$default',
  },
  isBase64Encoded: false,
};
const elb = { targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/any/0123456789abcdef' };
const balancer = { ...common, requestContext: { elb }, headers, queryStringParameters: encoded };
const balancerOfLists = {
  ...common,
  requestContext: { elb },
  multiValueHeaders: listed(headers),
  multiValueQueryStringParameters: listed(encoded),
};

const router = new Router();
router.get('/reset', async ({ req }) => Object.fromEntries(new URL(req.url).searchParams));
const app = new Hono().get('/reset', (context) => context.json(context.req.query()));
const powertools = (event, context) => router.resolve(event, context);
const hono = handle(app);

const context = { functionName: 'any', awsRequestId: '1', getRemainingTimeInMillis: () => 1000 };
const read = async (handler, event) => {
  const { body, isBase64Encoded } = await handler(event, context);
  const { email, token } = JSON.parse(isBase64Encoded ? Buffer.from(body, 'base64').toString() : body);
  return `${email} ${token}`;
};
const good = 'ann+shop@x.org a/b==';
const twice = 'ann%2Bshop%40x.org a%2Fb%3D%3D';
const cases = [
  ['powertools, API Gateway 1.0', powertools, gateway1, good],
  ['powertools, API Gateway 2.0', powertools, gateway2, good],
  ['powertools, load balancer', powertools, balancer, twice],
  ['powertools, load balancer with multi-value headers', powertools, balancerOfLists, twice],
  ['hono, load balancer', hono, balancer, good],
  ['hono, load balancer with multi-value headers', hono, balancerOfLists, good],
];
const changed = [];
for (const [name, handler, event, expected] of cases) {
  const seen = await read(handler, event);
  console.log(`${name}: ${seen}`);
  if (seen !== expected) changed.push(name);
}
console.log(changed.length === 0 ? 'as described' : `no longer so: ${changed.join('; ')}`);
process.exit(changed.length === 0 ? 0 : 1);
JS
node query.js
