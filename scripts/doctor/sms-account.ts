import { countriesBySns } from '../../shared/settings/sms-origin.ts';
import type { Check, Examination } from './check.ts';
import type { DeployedSettings } from './deployed-stack.ts';
import { type Finding, fail, ok, unknown, warn, worstOf } from './finding.ts';
import { GET_SMS_ATTRIBUTES, GET_SMS_SANDBOX } from './operations.ts';
import { DESCRIBE_ACCOUNT_ATTRIBUTES, DESCRIBE_SPEND_LIMITS } from './sms-operations.ts';

/** The longest month. */
const DAYS = 31;

/** Where nothing is sent, nothing of it has to be right. @returns `null` where SMS are sent, or nobody knows yet */
export const noSms = async ({ settings }: Pick<Examination, 'settings'>): Promise<Finding | null> =>
  (await settings())?.sms.dailyBudgetUsd === 0 ? ok('The service sends no SMS.') : null;

/** Where SNS sends nothing, nothing of it has to be right. @returns `null` where SNS sends, or the settings are not known yet */
export const noSns = async (on: Pick<Examination, 'settings'>): Promise<Finding | null> => {
  const none = await noSms(on);
  if (none) return none;
  const settings = await on.settings();
  return settings?.sms.channel === 'notify' && countriesBySns(settings.sms).length === 0
    ? ok('Codes go by Notify, and SNS sends nothing: sms.originators names none of the countries.')
    : null;
};

/** SNS and AWS End User Messaging, which SNS hands its SMS to, each know of a sandbox. */
export const smsSandbox: Check = {
  id: 'sms-sandbox',
  title: 'The sandbox of SMS',
  asks: [GET_SMS_SANDBOX, DESCRIBE_ACCOUNT_ATTRIBUTES],
  run: async (on) => {
    const none = await noSns(on);
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

/** What AWS says of a limit. */
interface SpendLimit {
  EnforcedLimit: number;
  MaxLimit: number;
}

const budgetOf = ({ dailyBudgetUsd }: DeployedSettings['sms']): string =>
  `The service may spend ${dailyBudgetUsd} USD in a day`;

const askForMore = (limit: SpendLimit | undefined, wanted: number): string[] =>
  limit && limit.MaxLimit < wanted ? [`AWS allows ${limit.MaxLimit} USD: ask for more first.`] : [];

/** @param ofSns what SNS itself stops at, in US dollars @param ofVoice what End User Messaging stops at; left out where it says nothing */
const snsLimit = (
  ofSns: number,
  ofVoice: SpendLimit | undefined,
  sms: DeployedSettings['sms'] | undefined,
): Finding => {
  const limit = Math.min(ofSns, ofVoice?.EnforcedLimit ?? ofSns);
  const sentence = `SMS${sms?.channel === 'notify' ? ' by SNS' : ''} stop at ${limit} USD in a month.`;
  if (!sms) return limit > 1 ? ok(sentence) : warn(sentence, 'Ask for more: docs/operating.md, step 5.');
  const wanted = Math.ceil(sms.dailyBudgetUsd * DAYS);
  if (limit >= wanted) return ok(sentence);
  const acts = [
    ...askForMore(ofVoice, wanted),
    ...(ofSns < wanted ? [`aws sns set-sms-attributes --attributes MonthlySpendLimit=${wanted}`] : []),
    ...(ofVoice && ofVoice.EnforcedLimit < wanted
      ? [`aws pinpoint-sms-voice-v2 set-text-message-spend-limit-override --monthly-limit ${wanted}`]
      : []),
  ].join('\n');
  return sms.channel === 'sns'
    ? fail(`${sentence} ${budgetOf(sms)}, so owners would get no codes at the month's end.`, acts)
    : warn(`${sentence} ${budgetOf(sms)}, of which SNS needs what is no code.`, acts);
};

const notifyLimit = (ofNotify: SpendLimit | undefined, sms: DeployedSettings['sms']): Finding => {
  if (!ofNotify) return unknown('AWS does not say what Notify may spend.', 'docs/operating.md, step 5.');
  const sentence = `Codes by Notify stop at ${ofNotify.EnforcedLimit} USD in a month.`;
  const wanted = Math.ceil(sms.dailyBudgetUsd * DAYS);
  if (ofNotify.EnforcedLimit >= wanted) return ok(sentence);
  const override = `aws pinpoint-sms-voice-v2 set-notify-message-spend-limit-override --monthly-limit ${wanted}`;
  return fail(
    `${sentence} ${budgetOf(sms)}, so owners would get no codes at the month's end.`,
    [...askForMore(ofNotify, wanted), override].join('\n'),
  );
};

/** What SNS, End User Messaging and Notify spend in a month before they stop. */
export const smsSpendLimit: Check = {
  id: 'sms-spend-limit',
  title: 'What SMS may cost in a month',
  asks: [GET_SMS_ATTRIBUTES, DESCRIBE_SPEND_LIMITS],
  run: async (on) => {
    const none = await noSms(on);
    if (none) return none;
    const [{ attributes }, { SpendLimits = [] }, settings, withoutSns] = await Promise.all([
      on.ask(GET_SMS_ATTRIBUTES),
      on.ask(DESCRIBE_SPEND_LIMITS),
      on.settings(),
      noSns(on),
    ]);
    const limitOf = (kind: 'TEXT' | 'NOTIFY') =>
      SpendLimits.find(({ Name }) => Name === `${kind}_MESSAGE_MONTHLY_SPEND_LIMIT`);
    // An account that has set none is left at 1 USD. @see SNS developer guide, "Requesting increases to your monthly SMS spending quota"
    const bySns = withoutSns ?? snsLimit(Number(attributes.MonthlySpendLimit ?? 1), limitOf('TEXT'), settings?.sms);
    return settings?.sms.channel === 'notify' ? worstOf([notifyLimit(limitOf('NOTIFY'), settings.sms), bySns]) : bySns;
  },
};

/** Without it nobody sees what SNS took and no phone got. */
export const smsDeliveryLogs: Check = {
  id: 'sms-delivery-logs',
  title: 'Delivery logs of SMS',
  asks: [GET_SMS_ATTRIBUTES],
  run: async (on) => {
    const none = await noSns(on);
    if (none) return none;
    const { attributes } = await on.ask(GET_SMS_ATTRIBUTES);
    return attributes.DeliveryStatusIAMRole
      ? ok('SNS logs which SMS arrive.')
      : warn('Nothing tells which SMS arrive.', 'Switch delivery logs on: docs/operating.md, step 5.');
  },
};
