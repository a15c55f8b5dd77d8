import { accountRow, parseAccount } from '../../shared/account/accounts.ts';
import { makeRecordEventWrite } from '../../shared/account/security-events.ts';
import { makeRecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { type ActDeps, type ActInput, type ActResult, endSessions, forceReset, lift, suspend } from './acts.ts';
import type { Act, ActAsked, Asked, LookAsked } from './commands.ts';
import { approveReset, resetFactor, stopReset } from './factor-reset.ts';
import { findAccounts } from './find-accounts.ts';
import type { OpenPlace } from './open-place.ts';
import { showAccount } from './show-account.ts';
import { writeAccount, writeFound } from './write-account.ts';

/** How long what operators do is kept in the history, whatever the setting of the service: the command doesn't know it. @see OWASP ASVS 5.0 16.1.1 */
export const OPERATOR_EVENT_SECONDS = 400 * 24 * 60 * 60;

const ACT: Readonly<Record<Act, (deps: ActDeps, input: ActInput & Pick<ActAsked, 'factor'>) => Promise<ActResult>>> = {
  suspend,
  lift,
  'end-sessions': endSessions,
  'force-reset': forceReset,
  'reset-factor': resetFactor,
  'approve-reset': approveReset,
  'stop-reset': stopReset,
};

/** What the command runs with. */
export interface RunAccount {
  asked: Asked;
  place: OpenPlace;
  /** Asks a person; `false` also where nobody can be asked. */
  confirm: (question: string) => Promise<boolean>;
  /** Takes what the command answers, to be written to standard output. */
  say: (text: string) => void;
  /** Takes a line for the operator's own log. */
  report: (line: string) => void;
}

const look = async ({ asked, place: { dynamo, clock }, say }: RunAccount & { asked: LookAsked }) => {
  const { command, subject, json } = asked;
  const answer = (found: object, text: string): void => say(json ? JSON.stringify(found) : text);
  if (command === 'show') {
    const account = await showAccount({ dynamo, clock }, subject);
    if (account) answer(account, writeAccount(account));
    else answer({ error: 'not-found' }, 'There is no such account.');
    return account !== null;
  }
  const found = await findAccounts(dynamo, subject);
  if (found) answer(found, writeFound(found));
  else
    answer(
      { error: 'invalid' },
      'That is no e-mail address, no mobile number with its country code and no account id.',
    );
  return found !== null && found.account_ids.length > 0;
};

const act = async ({ asked, place, confirm, say, report }: RunAccount & { asked: ActAsked }): Promise<boolean> => {
  const { command, accountId, factor, reason, yes, json } = asked;
  const { dynamo, clock } = place;
  const answer = (result: { outcome: string; text: string; waitsUntil?: string }): void => {
    const { outcome, text, waitsUntil } = result;
    const found = { act: command, account_id: accountId, outcome, detail: text };
    say(json ? JSON.stringify({ ...found, ...(waitsUntil !== undefined && { waits_until: waitsUntil }) }) : text);
  };

  const item = await dynamo.get('accounts', accountRow.key(accountId));
  if (!item) {
    answer({ outcome: 'refused', text: 'There is no such account.' });
    return false;
  }
  const by = await place.caller();
  const what = command === 'reset-factor' ? `${command} ${factor}` : command;
  const question = `${what} of ${accountId} (${parseAccount(item).email}) as ${by}, because: ${reason}`;
  if (!yes && !(await confirm(question))) {
    answer({ outcome: 'refused', text: 'Nothing was done: answer y, or give --yes.' });
    return false;
  }

  const parts = { clock, randomness: csprng };
  const deps: ActDeps = {
    ...parts,
    dynamo,
    recordEventWrite: makeRecordEventWrite({ ...parts, retentionSeconds: OPERATOR_EVENT_SECONDS }),
    recordIntentWrite: makeRecordIntentWrite(parts),
  };
  const result = await ACT[command](deps, { accountId, factor, operator: { by, reason } });
  const at = new Date(clock.nowMs()).toISOString();
  const { outcome } = result;
  report(JSON.stringify({ event: 'operator-act', at, act: what, account_id: accountId, by, reason, outcome }));
  answer(result);
  return outcome === 'done' || outcome === 'begun';
};

/**
 * Does what an operator asked for.
 *
 * @returns whether it is done; otherwise nothing was changed, and what was said tells why
 * @throws StoreUnavailable where the outcome is unknown: `show` tells; CallerUnknown; what the SDK throws
 */
export const runAccount = (run: RunAccount): Promise<boolean> => {
  const { asked } = run;
  return 'reason' in asked ? act({ ...run, asked }) : look({ ...run, asked });
};
