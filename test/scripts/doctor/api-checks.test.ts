import { describeChecks } from '../../support/doctor-cases.ts';
import { type FakePage, type FakePages, GOOD_PAGES, GOOD_ZONE } from '../../support/doctor-world.ts';
import type { AwsAnswers } from '../../support/fake-aws.ts';
import type { Zone } from '../../support/fake-dns.ts';
import {
  certificate,
  DAY,
  DEPLOYED,
  describedStack,
  environmentOf,
  json,
  logEvents,
  NOW,
} from '../../support/recorded-shapes.ts';

const withoutDomain = (publicUrl: string): { aws: AwsAnswers } => ({
  aws: {
    DescribeStacks: () => describedStack({}, { DomainTarget: null, CertificateArn: null }),
    GetFunctionConfiguration: () => environmentOf({ ...DEPLOYED, publicUrl }),
  },
});
const zone = (changes: Record<string, readonly string[]>): { zone: Zone } => ({ zone: { ...GOOD_ZONE, ...changes } });
const cert = (changes: object): { aws: AwsAnswers } => ({ aws: { DescribeCertificate: () => certificate(changes) } });
const keys = (changes: FakePage): { pages: FakePages } => ({
  pages: { '/.well-known/jwks.json': { ...(GOOD_PAGES['/.well-known/jwks.json'] as FakePage), ...changes } },
});
const discovery = (changes: object): { pages: FakePages } => {
  const { body } = GOOD_PAGES['/.well-known/openid-configuration'] as { body: object };
  return { pages: { '/.well-known/openid-configuration': { body: { ...body, ...changes } } } };
};
const unauthorised = (page: FakePage): { pages: FakePages } => ({ pages: { '/two-factor': page } });
const hashed = (library: string): { aws: AwsAnswers } => ({
  aws: { FilterLogEvents: () => logEvents([{ event: 'password-hasher', library, architecture: 'arm64' }]) },
});
const KEY = { kid: '1', kty: 'RSA', alg: 'RS256', n: 'AQAB', e: 'AQAB' };

describeChecks({
  certificate: [
    ['it waits for its record', cert({ Status: 'PENDING_VALIDATION' }), 'fail', '--region us-east-1'],
    [
      'it is for another name',
      cert({ DomainName: 'www.bookshelf.example', SubjectAlternativeNames: ['*.auth.bookshelf.example'] }),
      'fail',
      'not for auth.bookshelf.example',
    ],
    [
      'it is for all names of the domain',
      cert({ DomainName: '*.bookshelf.example', SubjectAlternativeNames: [] }),
      'ok',
      '200 days',
    ],
    [
      'it can not be renewed',
      cert({ RenewalSummary: { RenewalStatus: 'PENDING_VALIDATION' } }),
      'fail',
      'validation record',
    ],
    ['it ends soon', cert({ NotAfter: NOW + 29 * DAY }), 'warn', 'ends in 29 days'],
    ['it ends soon, and was imported', cert({ NotAfter: NOW + DAY, Type: 'IMPORTED' }), 'warn', 'Import its successor'],
    ['the API has no name of its own', withoutDomain('https://auth.bookshelf.example'), 'ok', "API Gateway's own"],
  ],
  'api-dns': [
    [
      'there is no record',
      zone({ 'CNAME auth.bookshelf.example': [], 'A auth.bookshelf.example': [] }),
      'fail',
      'auth.bookshelf.example CNAME d-abc123',
    ],
    ['it is an alias', zone({ 'CNAME auth.bookshelf.example': [] }), 'ok', 'leads to'],
    [
      'it leads elsewhere',
      zone({ 'CNAME auth.bookshelf.example': [], 'A auth.bookshelf.example': ['192.0.2.9'] }),
      'warn',
      'other addresses',
    ],
    ['the API has no name of its own', withoutDomain('https://auth.bookshelf.example'), 'ok', "API Gateway's own"],
    ['publicUrl is not where the API is', withoutDomain('https://old.bookshelf.example'), 'fail', 'Set publicUrl'],
  ],
  'api-health': [['it fails', { pages: { '/health': { status: 503 } } }, 'fail', 'answers 503']],
  'www-authenticate': [
    [
      'it is renamed',
      unauthorised({ status: 401, headers: { 'x-amzn-remapped-www-authenticate': 'Bearer' } }),
      'fail',
      'renames',
    ],
    ['it is missing', unauthorised({ status: 401 }), 'fail', 'is missing'],
    [
      'it is of something between',
      unauthorised({ status: 401, headers: { 'www-authenticate': 'Basic realm="staging"' } }),
      'fail',
      'Basic realm',
    ],
    ['a wrong token gets in', unauthorised({}), 'fail', 'answers 200 to a wrong token'],
  ],
  'no-user-agent': [
    [
      'they are blocked',
      {
        pages: { '/.well-known/jwks.json': ({ 'user-agent': agent }) => ({ status: agent === undefined ? 403 : 200 }) },
      },
      'fail',
      'answered 403, and one with it 200',
    ],
    ['all are refused', { pages: { '/.well-known/jwks.json': { status: 500 } } }, 'fail', 'answers 500'],
  ],
  issuer: [
    [
      'it is another',
      discovery({ issuer: 'https://old.bookshelf.example' }),
      'fail',
      'https://old.bookshelf.example: a verifier refuses',
    ],
    ['it has another algorithm', discovery({ id_token_signing_alg_values_supported: ['ES256'] }), 'fail', 'RS256'],
    [
      'its document is none',
      { pages: { '/.well-known/openid-configuration': { body: '<p>' } } },
      'fail',
      'no discovery document',
    ],
    [
      'its document is refused',
      { pages: { '/.well-known/openid-configuration': { status: 403, body: GOOD_PAGES['/health'] as object } } },
      'fail',
      'answers 403',
    ],
    ['there are no keys', keys({ body: { keys: [] } }), 'fail', 'no keys'],
    ['a key is of another kind', keys({ body: { keys: [{ ...KEY, kty: 'EC', alg: 'ES256' }] } }), 'fail', 'not RS256'],
    ['two keys have one id', keys({ body: { keys: [KEY, KEY] } }), 'fail', 'an id of its own'],
    ['keys may not be kept', keys({ headers: { 'cache-control': 'no-store' } }), 'warn', 'may not be cached'],
  ],
  'password-hash': [
    ['the slower library hashes', hashed('argon2'), 'warn', 'slower library hashed, on arm64'],
    ['nobody has signed in', { aws: { FilterLogEvents: () => logEvents([]) } }, 'unknown', 'Sign in once'],
    [
      'lines of others are among them',
      {
        aws: {
          FilterLogEvents: () =>
            json({ events: [{ message: 'REPORT password-hasher', timestamp: 1 }], nextToken: 'on' }),
        },
      },
      'unknown',
      'No password was hashed',
    ],
    ['all is well', {}, 'ok', '@node-rs/argon2 hashes on x64. The median of 3 sign-ins took 70 ms.'],
  ],
});
