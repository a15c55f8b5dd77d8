import { jsonLine, plain } from '../command/terminal-text.ts';
import type { Found } from './find-accounts.ts';
import type { ShownAccount } from './show-account.ts';

const line = (name: string, value: string): string => `${name.padEnd(18)}${plain(value)}`;

/** Leaves a line out that says nothing. */
const lineIf = (name: string, value: string | null): string[] => (value === null ? [] : [line(name, value)]);

/** The second factors. A name is in JSON's quotes, so that one with a quote in it can't look like two. */
export const factorsLine = ({ apps, sms, recovery_codes_left: codes }: ShownAccount['second_factors']): string => {
  const parts = [
    ...apps.map(({ name, enrolled_at: since }) => `app ${jsonLine(name)} since ${since}`),
    ...(sms ? [`SMS to ${sms.phone_number} since ${sms.enrolled_at}`] : []),
  ];
  return parts.length === 0 ? 'none' : `${parts.join(', ')}; ${codes} recovery codes left`;
};

type ShownEvent = ShownAccount['history'][number];

const eventLine = (event: ShownEvent): string => {
  const source = 'source_ip' in event && event.source_ip !== undefined ? `  from ${event.source_ip}` : '';
  const operator = 'by' in event && event.by !== undefined ? `  by ${event.by}: ${event.reason}` : '';
  return plain(`  ${event.at}  ${event.type}${source}${operator}`);
};

const askerOf = ({ asked_by: by, asked_at: at }: NonNullable<ShownAccount['deletion']>): string =>
  `${by === 'owner' ? 'its owner' : by} on ${at}`;

/** An account for a person at a terminal, the newest events first. */
export const writeAccount = (account: ShownAccount, until: string | null): string => {
  const { sessions, pending_email: pending, factor_reset: reset, deletion, history, history_goes_on: older } = account;
  return [
    line('account', account.account_id),
    line('address', account.email),
    ...lineIf('mail', account.email_deliverable ? null : 'does not reach the address'),
    ...lineIf('number', account.phone_number),
    ...lineIf('number to recover', account.recovery_phone),
    line('created', account.created_at),
    line('last changed', account.updated_at),
    line('epoch', String(account.epoch)),
    ...lineIf('SUSPENDED', account.suspended_at && `since ${account.suspended_at}`),
    ...lineIf('TO BE ERASED', deletion && `on ${deletion.erases_at}, asked for by ${askerOf(deletion)}`),
    ...lineIf('frozen', account.frozen_until && `until ${account.frozen_until}, after an undo`),
    line('sessions', `${sessions.living}${sessions.are_all_counted ? '' : ' or more'}`),
    line('second factors', factorsLine(account.second_factors)),
    ...lineIf('address to be', pending && `${pending.new_email}, until ${pending.expires_at}`),
    ...lineIf(
      'reset that waits',
      reset && `of ${reset.factor}, asked for by ${reset.asked_by}; waits until ${reset.waits_until}`,
    ),
    `the newest ${history.length} of the history${until === null ? '' : ` until ${until}`}:`,
    ...history.map(eventLine),
    ...(older === null ? [] : [`older ones: --until ${plain(older)}`]),
  ].join('\n');
};

/** What was found. */
export const writeFound = ({ subject, account_ids: ids }: Found): string =>
  ids.length === 0 ? plain(`No account has ${subject}.`) : ids.join('\n');
