import { NOTIFY_ERRORS } from '../../../shared/aws/aws-errors.ts';

/**
 * Why Notify refuses a message for good, by the reason that its error names, and our names for it. All others are of the configuration or
 * the account, and pass for all messages alike: `NOTIFY_CONFIGURATION_NOT_ACTIVE`, permissions, a configuration that isn't there.
 *
 * A quota is of a day or a month, and a code lives ten minutes: a retry would only hold up the messages behind it.
 *
 * @see End User Messaging SMS API, ConflictException and ServiceQuotaExceededException, "Reason"
 */
const NAMES: Readonly<Record<string, string>> = {
  DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION: 'CountryBlocked',
  DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE: 'NumberBlocked',
  DESTINATION_PHONE_NUMBER_NOT_VERIFIED: 'NumberNotVerified', // in the sandbox
  DESTINATION_PHONE_NUMBER_OPTED_OUT: 'NumberOptedOut',
  NO_ORIGINATION_IDENTITIES_FOUND: 'NoOriginator',
  DAILY_DESTINATION_CALL_LIMIT: 'NumberQuotaExceeded',
  DAILY_NOTIFY_TIER_MESSAGE_LIMIT: 'DailyQuotaExceeded',
  MONTHLY_SPEND_LIMIT_REACHED_FOR_NOTIFY: 'MonthlyQuotaExceeded',
};

/** Names of errors that are final for a message, beside those that SNS has too. */
export const NOTIFY_REFUSALS: ReadonlySet<string> = new Set([...Object.values(NAMES), ...Object.keys(NOTIFY_ERRORS)]);

/** A more specific name for an error of Notify. @returns `null` where its own is enough, or its reason is unknown */
export const notifyRefusal = (error: unknown): string | null => {
  const { Reason: reason } = error as { Reason?: unknown };
  return typeof reason === 'string' && Object.hasOwn(NAMES, reason) ? (NAMES[reason] ?? null) : null;
};
