import { AwsRefused } from '../aws/aws-operation.ts';
import type { Check, Examination } from './check.ts';
import type { DeployedSettings } from './deployed-stack.ts';
import { fail, ok, warn } from './finding.ts';
import { GET_EMAIL_IDENTITY } from './operations.ts';
import { Unread } from './unread.ts';

const asks = [GET_EMAIL_IDENTITY];

/** Where the hosts of DKIM keys are, unless SES says another zone. @see SES developer guide, "Easy DKIM" */
const DKIM_ZONE = 'dkim.amazonses.com';

const DNS_STEP = 'docs/operating.md, step 3, has the records.';

const domainOf = (sender: string): string => sender.slice(sender.lastIndexOf('@') + 1);

/** What there is to know where the stack is. @throws Unread */
const senderOf = async ({ settings }: Examination): Promise<DeployedSettings['sender']> => {
  const deployed = await settings();
  if (!deployed) throw new Unread('There is no stack yet.', 'Deploy first.');
  return deployed.sender;
};

/** SES's identity of the sender: the domain's, or that of the address alone. @returns `null` where there is neither */
const identityOf = async (on: Examination) => {
  const sender = await senderOf(on);
  for (const EmailIdentity of [domainOf(sender), sender]) {
    try {
      return { name: EmailIdentity, ...(await on.ask(GET_EMAIL_IDENTITY, { EmailIdentity })) };
    } catch (error) {
      if (!(error instanceof AwsRefused) || error.code !== 'NotFoundException') throw error;
    }
  }
  return null;
};

const noIdentity = async (on: Examination) =>
  fail(
    `SES has no identity of ${domainOf(await senderOf(on))}: it sends nothing from there.`,
    'Deploy with "mailIdentity": "create", or see that SES has the domain in this region.',
  );

/** Whether SES may send from the sender at all. */
export const senderIdentity: Check = {
  id: 'sender-identity',
  title: "SES's identity of the sender",
  asks,
  run: async (on) => {
    const identity = await identityOf(on);
    if (!identity) return noIdentity(on);
    return identity.VerifiedForSendingStatus
      ? ok(`SES sends from ${identity.name}.`)
      : fail(`SES has not verified ${identity.name}.`, DNS_STEP);
  },
};

/** Signatures of mail, and their records. */
export const dkim: Check = {
  id: 'dkim',
  title: 'DKIM',
  asks,
  run: async (on) => {
    const identity = await identityOf(on);
    if (!identity) return noIdentity(on);
    const { SigningEnabled, Status, Tokens = [], SigningHostedZone: zone = DKIM_ZONE } = identity.DkimAttributes;
    if (Status === 'SUCCESS' && SigningEnabled) return ok(`Mail of ${identity.name} is signed.`);
    if (Status === 'SUCCESS')
      return fail(
        `Mail of ${identity.name} is not signed, though its keys are there.`,
        `aws sesv2 put-email-identity-dkim-attributes --email-identity ${identity.name} --signing-enabled`,
      );
    const found = await Promise.all(Tokens.map((token) => on.dns.cname(`${token}._domainkey.${identity.name}`)));
    const missing = Tokens.filter((token, index) => !found[index]?.includes(`${token}.${zone}`));
    if (missing.length === 0 && Tokens.length > 0)
      return warn(
        `The records of DKIM are there, and SES has not seen them yet (${Status}).`,
        'Wait: it may take SES 72 hours.',
      );
    return fail(
      `SES can't verify DKIM (${Status}). Missing: ${missing.map((token) => `${token}._domainkey.${identity.name} CNAME ${token}.${zone}`).join('; ')}.`,
      DNS_STEP,
    );
  },
};

/** Where bounces go, and whom SPF allows. */
export const mailFrom: Check = {
  id: 'mail-from',
  title: 'MAIL FROM',
  asks,
  run: async (on) => {
    const identity = await identityOf(on);
    if (!identity) return noIdentity(on);
    const { MailFromDomain: domain, MailFromDomainStatus: status } = identity.MailFromAttributes ?? {};
    if (domain === undefined)
      return warn(
        `${identity.name} has no MAIL FROM of its own: SPF speaks for amazonses.com.`,
        `aws sesv2 put-email-identity-mail-from-attributes --email-identity ${identity.name} --mail-from-domain bounce.${identity.name}`,
      );
    const host = `feedback-smtp.${on.region}.amazonses.com`;
    const [mx, txt] = await Promise.all([on.dns.mx(domain), on.dns.txt(domain)]);
    const missing = [
      ...(mx.includes(host) ? [] : [`${domain} MX 10 ${host}`]),
      ...(txt.some((text) => /^v=spf1\s(?:.*\s)?include:amazonses\.com(?:\s|$)/i.test(text))
        ? []
        : [`${domain} TXT "v=spf1 include:amazonses.com ~all"`]),
    ];
    if (missing.length > 0) return fail(`Records of ${domain} are missing: ${missing.join('; ')}.`, DNS_STEP);
    return status === 'SUCCESS'
      ? ok(`Bounces go to ${domain}.`)
      : warn(
          `The records of ${domain} are there, and SES has not seen them yet (${status}).`,
          'Wait: it may take SES 72 hours.',
        );
  },
};

/** A record's version, as it has to be written, and its policy. @see RFC 7489 §6.4 */
const VERSION = /^v\s*=\s*DMARC1\s*(?:;|$)/;
const POLICY = /;\s*p\s*=\s*(none|quarantine|reject)\s*(?:;|$)/i;

/** Names at which a policy may stand: the domain's own, and those above it, but for the last label, which finds the organisational domain without a list. @see RFC 7489 §6.6.3 */
const namesAbove = (domain: string): string[] => {
  const labels = domain.split('.');
  return labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'));
};

/** What receivers do with mail that is forged. */
export const dmarc: Check = {
  id: 'dmarc',
  title: 'DMARC',
  asks: [],
  run: async (on) => {
    const domain = domainOf(await senderOf(on));
    for (const name of namesAbove(domain)) {
      const records = (await on.dns.txt(`_dmarc.${name}`)).filter((text) => VERSION.test(text));
      const [record, ...more] = records;
      if (record === undefined) continue;
      if (more.length > 0)
        return fail(`_dmarc.${name} has ${records.length} records of DMARC, and receivers ignore all.`, 'Leave one.');
      const policy = POLICY.exec(record)?.[1]?.toLowerCase();
      if (policy === undefined) return fail(`The record of _dmarc.${name} can't be read: ${record}`, DNS_STEP);
      return policy === 'none'
        ? warn(
            `DMARC of ${name} is p=none: forged mail arrives like yours.`,
            'Once the reports show that all of your systems pass, set p=quarantine.',
          )
        : ok(`DMARC of ${name} is p=${policy}.`);
    }
    return fail(`There is no record of DMARC for ${domain}.`, DNS_STEP);
  },
};
