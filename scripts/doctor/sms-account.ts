import type { Check, Examination } from './check.ts';
import { type Finding, fail, ok, warn } from './finding.ts';
import { GET_SMS_ATTRIBUTES, GET_SMS_SANDBOX } from './operations.ts';
import { DESCRIBE_ACCOUNT_ATTRIBUTES, DESCRIBE_SPEND_LIMITS } from './sms-operations.ts';

/** The longest month. */
const DAYS = 31;

/** Where nothing is sent, nothing of it has to be right. @returns `null` where SMS are sent, or nobody knows yet */
export const noSms = async ({ settings }: Pick<Examination, 'settings'>): Promise<Finding | null> =>
  (await settings())?.sms.dailyBudgetUsd === 0 ? ok('The service sends no SMS.') : null;

/** SNS and AWS End User Messaging, which SNS hands its SMS to, each know of a sandbox. */
export const smsSandbox: Check = {
  id: 'sms-sandbox',
  title: 'The sandbox of SMS',
  asks: [GET_SMS_SANDBOX, DESCRIBE_ACCOUNT_ATTRIBUTES],
  run: async (on) => {
    const none = await noSms(on);
    if (none) return none;
    const whatToDo = 'Ask to leave it: docs/operating.md, step 5.';
    const { IsInSandbox } = await on.ask(GET_SMS_SANDBOX);
    if (IsInSandbox) return fail('SMS are in the sandbox: they reach ten verified numbers at most.', whatToDo);
    const { AccountAttributes } = await on.ask(DESCRIBE_ACCOUNT_ATTRIBUTES);
    const tier = AccountAttributes.find(({ Name }) => Name === 'ACCOUNT_TIER')?.Value;
    return tier === 'SANDBOX'
      ? warn('SNS is out of the sandbox, and AWS End User Messaging is in it.', whatToDo)
      : ok('SMS go to every number.');
  },
};

/** What SNS, and what End User Messaging, spends in a month before it stops. */
export const smsSpendLimit: Check = {
  id: 'sms-spend-limit',
  title: 'What SMS may cost in a month',
  asks: [GET_SMS_ATTRIBUTES, DESCRIBE_SPEND_LIMITS],
  run: async (on) => {
    const none = await noSms(on);
    if (none) return none;
    const [{ attributes }, { SpendLimits = [] }, settings] = await Promise.all([
      on.ask(GET_SMS_ATTRIBUTES),
      on.ask(DESCRIBE_SPEND_LIMITS),
      on.settings(),
    ]);
    const ofVoice = SpendLimits.find(({ Name }) => Name === 'TEXT_MESSAGE_MONTHLY_SPEND_LIMIT');
    // An account that has set none is left at 1 USD. @see SNS developer guide, "Requesting increases to your monthly SMS spending quota"
    const ofSns = Number(attributes.MonthlySpendLimit ?? 1);
    const limit = Math.min(ofSns, ofVoice?.EnforcedLimit ?? ofSns);
    const sentence = `SMS stop at ${limit} USD in a month.`;
    if (!settings) return limit > 1 ? ok(sentence) : warn(sentence, 'Ask for more: docs/operating.md, step 5.');
    const wanted = Math.ceil(settings.sms.dailyBudgetUsd * DAYS);
    if (limit >= wanted) return ok(sentence);
    const acts = [
      ...(ofVoice && ofVoice.MaxLimit < wanted ? [`AWS allows ${ofVoice.MaxLimit} USD: ask for more first.`] : []),
      ...(ofSns < wanted ? [`aws sns set-sms-attributes --attributes MonthlySpendLimit=${wanted}`] : []),
      ...(ofVoice && ofVoice.EnforcedLimit < wanted
        ? [`aws pinpoint-sms-voice-v2 set-text-message-spend-limit-override --monthly-limit ${wanted}`]
        : []),
    ];
    return fail(
      `${sentence} The service may spend ${settings.sms.dailyBudgetUsd} USD in a day, so owners would get no codes at the month's end.`,
      acts.join('\n'),
    );
  },
};

/** Without it nobody sees what SNS took and no phone got. */
export const smsDeliveryLogs: Check = {
  id: 'sms-delivery-logs',
  title: 'Delivery logs of SMS',
  asks: [GET_SMS_ATTRIBUTES],
  run: async (on) => {
    const none = await noSms(on);
    if (none) return none;
    const { attributes } = await on.ask(GET_SMS_ATTRIBUTES);
    return attributes.DeliveryStatusIAMRole
      ? ok('SNS logs which SMS arrive.')
      : warn('Nothing tells which SMS arrive.', 'Switch delivery logs on: docs/operating.md, step 5.');
  },
};
