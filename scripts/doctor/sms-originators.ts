import * as z from 'zod/mini';
import { countriesBySns } from '../../shared/settings/sms-origin.ts';
import { wantsOriginator, wantsRegistration } from '../../shared/settings/wanted-originators.ts';
import { AwsRefused } from '../aws/aws-operation.ts';
import type { Check, Examination } from './check.ts';
import { type Finding, fail, ok, warn, worstOf } from './finding.ts';
import { noSns } from './sms-account.ts';
import { DESCRIBE_PHONE_NUMBERS, DESCRIBE_SENDER_IDS, GET_RESOURCE_POLICY } from './sms-operations.ts';
import { unreadBy } from './unread.ts';

/** A number, short code or sender id of the account. */
interface Originator {
  arn: string;
  /** As SNS takes it. */
  name: string;
  country: string;
  /** Why nothing comes from it; `null` where something may. */
  hindrance: string | null;
}

const numbersOf = async ({ ask }: Examination): Promise<Originator[]> => {
  const found: Originator[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ask(DESCRIBE_PHONE_NUMBERS, NextToken === undefined ? {} : { NextToken });
    for (const number of page.PhoneNumbers ?? [])
      found.push({
        arn: number.PhoneNumberArn,
        name: number.PhoneNumber,
        country: number.IsoCountryCode,
        hindrance:
          number.Status !== 'ACTIVE'
            ? `is ${number.Status}`
            : number.NumberCapabilities.includes('SMS')
              ? null
              : 'sends no SMS',
      });
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  return found;
};

const senderIdsOf = async ({ ask }: Examination): Promise<Originator[]> => {
  const found: Originator[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ask(DESCRIBE_SENDER_IDS, NextToken === undefined ? {} : { NextToken });
    for (const { SenderIdArn: arn, SenderId: name, IsoCountryCode: country, Registered } of page.SenderIds ?? [])
      found.push({
        arn,
        name,
        country,
        hindrance: wantsRegistration(country) && !Registered ? 'is not registered there' : null,
      });
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  return found;
};

const oneOrMore = <Of>(of: z.ZodMiniType<Of>) => z.union([z.array(of), of]);

/** The part of a policy that says whom it lets in. @see IAM user guide, "IAM JSON policy reference" */
const policy = z.object({
  Statement: oneOrMore(
    z.object({
      Effect: z.string(),
      Principal: z.optional(z.union([z.string(), z.object({ Service: z.optional(oneOrMore(z.string())) })])),
    }),
  ),
});

/** @returns `false` also for a text that is no policy */
const admitsSns = (text: string): boolean => {
  try {
    return [policy.parse(JSON.parse(text)).Statement].flat().some(({ Effect, Principal }) => {
      const services = typeof Principal === 'object' ? [Principal.Service].flat() : [];
      return Effect === 'Allow' && services.includes('sns.amazonaws.com');
    });
  } catch {
    return false;
  }
};

const policyOf = async ({ ask }: Examination, ResourceArn: string): Promise<string> => {
  try {
    return (await ask(GET_RESOURCE_POLICY, { ResourceArn })).Policy ?? '';
  } catch (error) {
    if (error instanceof AwsRefused && error.code === 'ResourceNotFoundException') return '';
    throw error;
  }
};

/** Whether SNS may send from it. An originator from before September 2024 may have no policy, and be used all the same. */
const admission = async (on: Examination, { arn, name }: Originator): Promise<Finding> => {
  try {
    return admitsSns(await policyOf(on, arn))
      ? ok(`SNS may send from ${name}.`)
      : warn(
          `The policy of ${name} does not name SNS, which may not use it unless it is older than September 2024.`,
          'Add it: docs/operating.md, step 5, "put-resource-policy".',
        );
  } catch (error) {
    return unreadBy(error);
  }
};

const listed = (originators: readonly Originator[]): string =>
  originators.length === 0
    ? 'The account has no numbers and no sender ids.'
    : `The account has ${originators.map(({ name, country }) => `${name} (${country})`).join(', ')}.`;

/** What SMS come from, country by country. */
export const smsOriginators: Check = {
  id: 'sms-originators',
  title: 'What SMS come from',
  asks: [DESCRIBE_PHONE_NUMBERS, DESCRIBE_SENDER_IDS, GET_RESOURCE_POLICY],
  run: async (on) => {
    const none = await noSns(on);
    if (none) return none;
    const all = [...(await numbersOf(on)), ...(await senderIdsOf(on))];
    const settings = await on.settings();
    if (!settings) return ok(listed(all));

    const { sms } = settings;
    const bySns = countriesBySns(sms);
    const lost = bySns.filter((country) => wantsOriginator(sms, country));
    const named = sms.countries.flatMap((country) => {
      const name = sms.originators[country];
      return name === undefined ? [] : [{ country, name }];
    });
    const findings = named.map(async ({ country, name }): Promise<Finding> => {
      const own = all.find((one) => one.name === name && one.country === country);
      if (!own)
        return fail(
          `SMS to ${country} are to come from ${name}, which the account does not have for ${country} in ${on.region}.`,
          `Correct sms.originators. ${listed(all)}`,
        );
      return own.hindrance === null
        ? admission(on, own)
        : fail(
            `SMS to ${country} are to come from ${name}, which ${own.hindrance}.`,
            'Wait until it is active, or name another.',
          );
    });
    return worstOf([
      lost.length > 0
        ? fail(
            `${lost.join(', ')} want a registered number or sender id, and sms.originators names none: ${sms.channel === 'sns' ? 'SMS' : 'what is no code'} would not arrive.`,
            'Register one (docs/operating.md, step 5), or leave the countries out.',
          )
        : ok(`Every country of ${bySns.join(', ')} has what it wants.`),
      ...(await Promise.all(findings)),
    ]);
  },
};
