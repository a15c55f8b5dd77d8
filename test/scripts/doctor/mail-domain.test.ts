import { describeChecks } from '../../support/doctor-cases.ts';
import { GOOD_ZONE } from '../../support/doctor-world.ts';
import { type AwsAnswers, restError } from '../../support/fake-aws.ts';
import type { Zone } from '../../support/fake-dns.ts';
import { DEPLOYED, emailIdentity, environmentOf, json } from '../../support/recorded-shapes.ts';

const identity = (changes: Parameters<typeof emailIdentity>[0]): AwsAnswers => ({
  GetEmailIdentity: () => emailIdentity(changes),
});
const zone = (changes: Record<string, readonly string[]>): { zone: Zone } => ({ zone: { ...GOOD_ZONE, ...changes } });
const dmarcIs = (...records: string[]) => zone({ 'TXT _dmarc.bookshelf.example': records });

describeChecks({
  'sender-identity': [
    ['SES has not verified it', { aws: identity({ VerifiedForSendingStatus: false }) }, 'fail', 'has not verified'],
    [
      'SES has none',
      { aws: { GetEmailIdentity: () => restError('NotFoundException', '', 404) } },
      'fail',
      'has no identity',
    ],
    [
      'SES has the address alone',
      {
        aws: {
          GetEmailIdentity: ({ EmailIdentity }) =>
            EmailIdentity === 'no-reply@bookshelf.example' ? emailIdentity() : restError('NotFoundException', '', 404),
        },
      },
      'ok',
      'SES sends from no-reply@bookshelf.example',
    ],
  ],
  dkim: [
    [
      'records are missing',
      {
        aws: identity({ dkim: { Status: 'PENDING' } }),
        ...zone({ 'CNAME one._domainkey.bookshelf.example': ['one.dkim.amazonses.com'] }),
      },
      'fail',
      'Missing: two._domainkey.bookshelf.example CNAME two.dkim.amazonses.com; three.',
    ],
    [
      'SES has not looked yet, and its keys are in a zone of the region',
      {
        aws: identity({
          dkim: { Status: 'PENDING', Tokens: ['one'], SigningHostedZone: 'k.dkim.eu-central-1.amazonses.com' },
        }),
        ...zone({ 'CNAME one._domainkey.bookshelf.example': ['one.k.dkim.eu-central-1.amazonses.com'] }),
      },
      'warn',
      '72 hours',
    ],
    ['mail is not signed', { aws: identity({ dkim: { SigningEnabled: false } }) }, 'fail', '--signing-enabled'],
    [
      'SES has none',
      { aws: { GetEmailIdentity: () => restError('NotFoundException', '', 404) } },
      'fail',
      'has no identity',
    ],
  ],
  'mail-from': [
    [
      'the MX is missing',
      zone({ 'MX bounce.bookshelf.example': [] }),
      'fail',
      'bounce.bookshelf.example MX 10 feedback-smtp.eu-central-1.amazonses.com',
    ],
    [
      'SPF is missing',
      zone({ 'TXT bounce.bookshelf.example': ['v=spf1 include:other.example ~all'] }),
      'fail',
      'TXT "v=spf1',
    ],
    [
      'SPF has more',
      zone({ 'TXT bounce.bookshelf.example': ['v=spf1 ip4:192.0.2.0/24 include:amazonses.com -all'] }),
      'ok',
      'bounce.bookshelf.example',
    ],
    [
      'SES has not looked yet',
      { aws: identity({ mailFrom: { MailFromDomainStatus: 'PENDING' } }) },
      'warn',
      '72 hours',
    ],
    [
      'there is none',
      {
        aws: {
          GetEmailIdentity: () =>
            json({ VerifiedForSendingStatus: true, DkimAttributes: { SigningEnabled: true, Status: 'SUCCESS' } }),
        },
      },
      'warn',
      'put-email-identity-mail-from-attributes',
    ],
  ],
  dmarc: [
    ['there is none', dmarcIs('another text'), 'fail', 'no record of DMARC'],
    ['it asks for nothing', dmarcIs('v=DMARC1; p=none; rua=mailto:x@y'), 'warn', 'p=none'],
    ['there are two', dmarcIs('v=DMARC1; p=none', 'v=DMARC1; p=reject'), 'fail', 'ignore all'],
    ['it can not be read', dmarcIs('v=DMARC1; rua=mailto:x@y; sp=reject'), 'fail', "can't be read"],
    ['it is written otherwise', dmarcIs('v = DMARC1;P = Reject'), 'ok', 'p=reject'],
    [
      'it is long, and in parts',
      dmarcIs(`v=DMARC1; rua=mailto:${'x'.repeat(300)}@y; p=quarantine`),
      'ok',
      'p=quarantine',
    ],
    [
      'it stands above the domain',
      {
        aws: { GetFunctionConfiguration: () => environmentOf({ ...DEPLOYED, sender: 'a@mail.eu.bookshelf.example' }) },
      },
      'ok',
      'DMARC of bookshelf.example is p=quarantine',
    ],
  ],
});
