import type { Check } from './check.ts';
import { outputOf } from './deployed-stack.ts';
import { fail, ok, warn } from './finding.ts';
import { DESCRIBE_CERTIFICATE } from './operations.ts';

const DAY_SECONDS = 24 * 60 * 60;

/** ACM renews 60 days ahead; what is left at this time was not renewed. @see ACM user guide, "Managed certificate renewal" */
const SHOULD_BE_RENEWED_DAYS = 30;

/** `*.example.com` covers one label. @see RFC 6125 §6.4.3 */
const covers = (name: string, host: string): boolean =>
  name === host || (name.startsWith('*.') && host.slice(host.indexOf('.')) === name.slice(1));

/** Whether the API's name has a certificate that holds, and will. */
export const certificate: Check = {
  id: 'certificate',
  title: 'The certificate',
  asks: [DESCRIBE_CERTIFICATE],
  run: async ({ ask, stack, settings, clock }) => {
    const deployed = await stack();
    if (deployed.outputs.DomainTarget === undefined)
      return ok("The API has API Gateway's own name, and its certificate.");
    const CertificateArn = outputOf(deployed, 'CertificateArn');
    const [, , , region] = CertificateArn.split(':');
    const { Certificate } = await ask(DESCRIBE_CERTIFICATE, { CertificateArn }, region);
    const { Status, DomainName, SubjectAlternativeNames = [], NotAfter, RenewalSummary } = Certificate;
    if (Status !== 'ISSUED')
      return fail(
        `The certificate of ${DomainName} is ${Status}.`,
        `aws acm describe-certificate --certificate-arn ${CertificateArn} --region ${region} shows the record that ACM looks for.`,
      );
    const host = new URL((await settings())?.publicUrl ?? `https://${DomainName}`).hostname;
    if (![DomainName, ...SubjectAlternativeNames].some((name) => covers(name, host)))
      return fail(
        `The certificate is for ${DomainName}, not for ${host}.`,
        'Request one for it: docs/operating.md, step 1.',
      );
    const days = NotAfter === undefined ? null : Math.floor((NotAfter - clock.nowSeconds()) / DAY_SECONDS);
    const renewal = RenewalSummary?.RenewalStatus;
    if (renewal === 'FAILED' || renewal === 'PENDING_VALIDATION')
      return fail(
        `ACM can't renew the certificate of ${DomainName} (${renewal}); it ends in ${days} days.`,
        'Put its validation record into DNS again.',
      );
    if (days !== null && days < SHOULD_BE_RENEWED_DAYS)
      return warn(
        `The certificate of ${DomainName} ends in ${days} days.`,
        Certificate.Type === 'IMPORTED'
          ? 'Import its successor into ACM.'
          : 'See in the console of ACM why it is not renewed.',
      );
    return ok(`The certificate of ${DomainName} is good${days === null ? '' : ` for ${days} days`}.`);
  },
};
