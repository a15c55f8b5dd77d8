import { Resolver } from 'node:dns/promises';
import { makeAwsCaller } from '../../scripts/aws/aws-caller.ts';
import { browse } from '../../scripts/doctor/browse.ts';
import { openDns } from '../../scripts/doctor/dns.ts';
import { type Checked, type Diagnosis, runDoctor } from '../../scripts/doctor/run-doctor.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { type AwsAnswers, startFakeAws } from './fake-aws.ts';
import { makeFakeClock } from './fake-clock.ts';
import { startFakeDns, type Zone } from './fake-dns.ts';
import { startFakeServer } from './fake-server.ts';
import { GOOD } from './recorded-accounts.ts';
import { RECORDED_AT_MS, REGION } from './recorded-shapes.ts';

/** A page, and the headers that the request must have for it. */
export interface FakePage {
  status?: number;
  headers?: Record<string, string>;
  body?: string | object;
}

/** Pages of the API by their paths; a function is asked with the request's headers. */
export type FakePages = Readonly<Record<string, FakePage | ((headers: NodeJS.Dict<string | string[]>) => FakePage)>>;

const PUBLIC_URL = 'https://auth.bookshelf.example';

const key = (kid: string) => ({ kid, kty: 'RSA', alg: 'RS256', use: 'sig', n: 'AQAB', e: 'AQAB' });

/** The API as it should be. */
export const GOOD_PAGES: FakePages = {
  '/health': { body: { status: 'ok' } },
  '/.well-known/openid-configuration': {
    body: {
      issuer: PUBLIC_URL,
      jwks_uri: `${PUBLIC_URL}/.well-known/jwks.json`,
      id_token_signing_alg_values_supported: ['RS256'],
    },
  },
  '/.well-known/jwks.json': {
    headers: { 'cache-control': 'public, max-age=300, stale-while-revalidate=600' },
    body: { keys: [key('1'), key('2')] },
  },
  '/two-factor': { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' }, body: {} },
};

/** The zone as it should be. */
export const GOOD_ZONE: Zone = {
  'TXT _dmarc.bookshelf.example': ['v=DMARC1; p=quarantine; rua=mailto:dmarc@bookshelf.example'],
  'MX bounce.bookshelf.example': ['10 feedback-smtp.eu-central-1.amazonses.com'],
  'TXT bounce.bookshelf.example': ['v=spf1 include:amazonses.com ~all'],
  'CNAME auth.bookshelf.example': ['d-abc123.execute-api.eu-central-1.amazonaws.com'],
  'A auth.bookshelf.example': ['192.0.2.1'],
  'A d-abc123.execute-api.eu-central-1.amazonaws.com': ['192.0.2.1'],
};

/** What is not as it should be. */
export interface Case {
  aws?: AwsAnswers;
  pages?: FakePages;
  /** `null` for a resolver that fails. */
  zone?: Zone | null;
  /** `null` for the account alone; `Keyturn` unless given. */
  stackName?: string | null;
}

/** What the command finds out of an account, a zone and an API that speak real protocols on this machine. */
export const startDoctorWorld = async () => {
  const [aws, dns] = await Promise.all([startFakeAws(), startFakeDns()]);
  let pages: FakePages = {};
  const web = await startFakeServer((request, response) => {
    const page = pages[request.url ?? ''] ?? { status: 404 };
    const { status = 200, headers = {}, body = '' } = typeof page === 'function' ? page(request.headers) : page;
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  const resolver = new Resolver({ timeout: 5000, tries: 1 });
  resolver.setServers([dns.server]);
  const clock = makeFakeClock(RECORDED_AT_MS);

  /** Runs it. Each call of AWS, with the checks in the order in which they were told. */
  const examine = async ({
    aws: changed = {},
    pages: changedPages = {},
    zone = GOOD_ZONE,
    stackName = 'Keyturn',
  }: Case) => {
    aws.answerWith({ ...GOOD, ...changed });
    dns.answerWith(zone);
    pages = { ...GOOD_PAGES, ...changedPages };
    const told: Checked[] = [];
    let pausedMs = 0;
    const diagnosis: Diagnosis = await runDoctor({
      ask: makeAwsCaller({
        environment: { AWS_ENDPOINT_URL: aws.origin },
        region: REGION,
        credentials: async () => ({ accessKeyId: 'AKID', secretAccessKey: 'secret' }),
        clock,
        randomness: csprng,
      }),
      region: REGION,
      stackName,
      clock,
      browse: (url, headers) => browse(url.replace(PUBLIC_URL, web.origin), headers),
      dns: openDns(resolver),
      pause: async (ms) => {
        pausedMs += ms;
      },
      tell: (checked) => void told.push(checked),
    });
    return {
      diagnosis,
      told,
      pausedMs: () => pausedMs,
      /** @throws Error where it was not made */
      of: (id: string): Checked => {
        const found = told.find((checked) => checked.id === id);
        if (!found) throw new Error(`${id} was not checked`);
        return found;
      },
    };
  };

  return {
    calls: aws.calls,
    origin: aws.origin,
    answerWith: aws.answerWith,
    examine,
    stop: () => Promise.all([aws.stop(), dns.stop(), web.stop()]),
  };
};
