import type { Check } from './check.ts';
import { fail, ok, unknown, warn } from './finding.ts';
import { GET_SES_ACCOUNT } from './operations.ts';

const asks = [GET_SES_ACCOUNT];

/** A share of the day's quota at which it is time to ask for more. */
const NEARLY_USED = 0.8;

/** SES's answer has no such member: an older API, or a proxy between. */
const leftOut = (what: string) =>
  unknown(`SES does not say ${what}.`, 'Look in the console of SES, "Account dashboard".');

/** Mail of strangers reaches nobody in the sandbox. */
export const sesSandbox: Check = {
  id: 'ses-sandbox',
  title: "SES's sandbox",
  asks,
  run: async ({ ask }) => {
    const { ProductionAccessEnabled, Details } = await ask(GET_SES_ACCOUNT);
    if (ProductionAccessEnabled) return ok('SES sends to everybody.');
    const review = Details?.ReviewDetails?.Status;
    const sentence = 'SES is in its sandbox: it sends to verified addresses only.';
    if (review === 'PENDING') return fail(sentence, 'AWS has your request, and has not decided it: wait.');
    return fail(
      review === 'DENIED' ? `${sentence} AWS has denied your request.` : sentence,
      'Ask for production access: docs/operating.md, step 4.',
    );
  },
};

/** Whether SES lets the account send, and how much. */
export const sesStanding: Check = {
  id: 'ses-standing',
  title: 'Standing with SES',
  asks,
  run: async ({ ask }) => {
    const { SendingEnabled, EnforcementStatus, SendQuota } = await ask(GET_SES_ACCOUNT);
    if (!SendingEnabled || EnforcementStatus === 'SHUTDOWN')
      return fail('SES has stopped the sending of this account.', 'docs/runbook.md, mail-bounces.');
    if (EnforcementStatus !== 'HEALTHY')
      return warn(`SES has the account under review (${EnforcementStatus}).`, 'docs/runbook.md, mail-bounces.');
    const { Max24HourSend, SentLast24Hours } = SendQuota;
    // SES says -1 for an account without a limit.
    if (Max24HourSend >= 0 && SentLast24Hours >= NEARLY_USED * Max24HourSend)
      return warn(
        `${SentLast24Hours} of the ${Max24HourSend} mails of a day are sent.`,
        'Ask for more in the console of SES, "Request a limit increase".',
      );
    return ok(`The account is in good standing, and sent ${SentLast24Hours} of ${Max24HourSend} mails in a day.`);
  },
};

/** Plans beside those that docs/cost.md counts with. @see Amazon SES pricing */
const DEARER: ReadonlySet<string> = new Set(['PRO', 'ENTERPRISE']);

/** By which plan mail is billed. */
export const sesPlan: Check = {
  id: 'ses-plan',
  title: "SES's plan",
  asks,
  settles: 'Probe 9: mail is billed without a monthly price',
  run: async ({ ask }) => {
    const { PricingAttributes: { CurrentPlan: plan, NextPlan: next } = {} } = await ask(GET_SES_ACCOUNT);
    if (plan === undefined) return leftOut('which plan the account has');
    const dearer = [plan, ...(next === undefined ? [] : [next])].find((one) => DEARER.has(one));
    const sentence =
      next === undefined || next === plan ? `The plan is ${plan}.` : `The plan is ${plan}, and ${next} next.`;
    return dearer === undefined
      ? ok(sentence)
      : warn(
          `${sentence} It has a monthly price, which docs/cost.md does not count.`,
          'Compare it with the price list of SES.',
        );
  },
};

/** Whether mail stays in the region. */
export const sesDeliveryMode: Check = {
  id: 'ses-delivery-mode',
  title: "SES's shared addresses",
  asks,
  settles: 'Probe 9: mail stays in the region',
  run: async ({ ask, region }) => {
    const { DeliveryAttributes: { SharedPoolDeliveryMode: mode } = {} } = await ask(GET_SES_ACCOUNT);
    if (mode === undefined) return leftOut('from which regions it delivers');
    return mode === 'REGIONAL'
      ? ok(`Mail leaves from ${region} alone.`)
      : warn(
          `Mail may leave from other regions than ${region} (${mode}).`,
          'If your mail has to stay there: aws sesv2 put-account-delivery-attributes --shared-pool-delivery-mode REGIONAL',
        );
  },
};
