import { describe, expect, it } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import * as fc from 'fast-check';
import {
  encodePart,
  makeRequestSigner,
  type SignableRequest,
  type SigningCredentials,
} from '../../shared/aws/sign-request.ts';
import { Sha256 } from '../support/sha256.ts';

/** What the SDK sends to DynamoDB beside the headers that AWS wants signed. */
const UNSIGNED = { 'content-type': 'application/x-amz-json-1.0', 'amz-sdk-request': 'attempt=1; max=3' };

const FIRST_MS = Date.UTC(2026, 10, 21);
const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

const regions = fc.constantFrom('eu-central-1', 'us-east-1', 'ap-southeast-2');
const instants = fc.integer({ min: FIRST_MS, max: FIRST_MS + YEAR_MS });
const keyTexts = fc.string({ minLength: 1, maxLength: 40 });
const credentialSets = fc.record({
  accessKeyId: fc.stringMatching(/^[A-Z0-9]{16,20}$/),
  secretAccessKey: keyTexts,
  sessionToken: fc.option(fc.base64String({ minLength: 4, maxLength: 80 }), { nil: undefined }),
});
const requests = fc.record({
  hostname: fc.domain(),
  port: fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined }),
  target: fc.constantFrom('DynamoDB_20120810.GetItem', 'DynamoDB_20120810.TransactWriteItems'),
  body: fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array(), fc.constant(undefined)),
});

type Draft = { hostname: string; port: number | undefined; target: string; body: string | Uint8Array | undefined };

const draftRequest = ({ hostname, port, target, body }: Draft): SignableRequest => ({
  method: 'POST',
  path: '/',
  hostname,
  port,
  headers: { ...UNSIGNED, 'x-amz-target': target },
  body,
});

/** The headers of a request that the SDK's own signer has signed, with what ours signs. */
const signAsTheSdk = async (
  request: SignableRequest,
  { region, nowMs, credentials }: { region: string; nowMs: number; credentials: SigningCredentials },
): Promise<Record<string, string>> => {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const signer = new SignatureV4({
    service: 'dynamodb',
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    sha256: Sha256,
    applyChecksum: false,
  });
  const { hostname, port } = request;
  const { headers } = await signer.sign(
    {
      method: request.method,
      protocol: 'https:',
      hostname,
      ...(port !== undefined && { port }),
      path: request.path,
      headers: { ...request.headers, host: port === undefined ? hostname : `${hostname}:${port}` },
      body: request.body,
    },
    { signingDate: new Date(nowMs), unsignableHeaders: new Set(Object.keys(UNSIGNED)) },
  );
  return headers;
};

describe('the signature of a request to DynamoDB', () => {
  it("is the one that the SDK's signer makes of the same headers", async () => {
    const cases = fc.record({ region: regions, nowMs: instants, credentials: credentialSets, draft: requests });

    await fc.assert(
      fc.asyncProperty(cases, async ({ region, nowMs, credentials, draft }) => {
        const ours = makeRequestSigner({ region, service: 'dynamodb', nowMs: () => nowMs })(
          draftRequest(draft),
          credentials,
        );

        expect(ours.headers).toEqual(await signAsTheSdk(draftRequest(draft), { region, nowMs, credentials }));
      }),
      { numRuns: 300 },
    );
  });

  it('stays so from one day to the next, and from one set of credentials to the next', async () => {
    const calls = fc.array(fc.record({ nowMs: instants, credentials: credentialSets, draft: requests }), {
      minLength: 2,
      maxLength: 6,
    });

    await fc.assert(
      fc.asyncProperty(regions, calls, async (region, each) => {
        let nowMs = 0;
        const sign = makeRequestSigner({ region, service: 'dynamodb', nowMs: () => nowMs });

        for (const call of each) {
          nowMs = call.nowMs;
          const ours = sign(draftRequest(call.draft), call.credentials);

          expect(ours.headers).toEqual(await signAsTheSdk(draftRequest(call.draft), { region, ...call }));
        }
      }),
      { numRuns: 100 },
    );
  });

  it("is the SDK's also of a request of the REST protocol, with a path and a query that hold any text", async () => {
    const signer = new SignatureV4({
      service: 'ses',
      region: 'eu-central-1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
      sha256: Sha256,
      applyChecksum: false,
    });
    const sign = makeRequestSigner({ region: 'eu-central-1', service: 'ses', nowMs: () => FIRST_MS });
    const texts = fc.string({ minLength: 1, maxLength: 40 });
    const hostname = 'email.eu-central-1.amazonaws.com';

    await fc.assert(
      fc.asyncProperty(texts, fc.option(texts), async (segment, token) => {
        const path = `/v2/email/suppression/addresses/${encodePart(segment)}`;
        const query = token === null ? '' : `NextToken=${encodePart(token)}&PageSize=1000`;

        const ours = sign(
          { method: 'GET', path, query, hostname, headers: { host: hostname } },
          { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
        );

        const theirs = await signer.sign(
          {
            method: 'GET',
            protocol: 'https:',
            hostname,
            path,
            query: token === null ? {} : { NextToken: token, PageSize: '1000' },
            headers: { host: hostname },
          },
          { signingDate: new Date(FIRST_MS) },
        );
        expect(ours.headers).toEqual(theirs.headers);
      }),
      { numRuns: 200 },
    );
  });

  it('covers what AWS wants covered, and no other header', () => {
    const sign = makeRequestSigner({ region: 'eu-central-1', service: 'dynamodb', nowMs: () => FIRST_MS });

    const { headers } = sign(
      draftRequest({ hostname: 'dynamodb.eu-central-1.amazonaws.com', port: undefined, target: 'T', body: '{}' }),
      { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' },
    );

    expect(headers.authorization).toContain(
      'Credential=AKIDEXAMPLE/20261121/eu-central-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token;x-amz-target, ',
    );
  });
});
