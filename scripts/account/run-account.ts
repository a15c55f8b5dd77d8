import { makeRecordEventWrite } from '../../shared/account/security-events.ts';
import { makeRecordIntentWrite } from '../../shared/outbox/outbox.ts';
import { csprng } from '../../shared/primitives/randomness.ts';
import { OPERATOR_EVENT_SECONDS, operatorActLine } from '../command/operator-act.ts';
import { jsonLine, plain } from '../command/terminal-text.ts';
import {
  type ActDeps,
  type ActInput,
  type ActResult,
  endSessions,
  findAccount,
  forceReset,
  lift,
  refused,
  suspend,
} from './acts.ts';
import type { Act, ActAsked, Asked, LookAsked } from './commands.ts';
import { erase, stopErase } from './erasure.ts';
import { approveReset, resetFactor, stopReset } from './factor-reset.ts';
import { findAccounts } from './find-accounts.ts';
import type { OpenPlace } from './open-place.ts';
import { showAccount } from './show-account.ts';
import { whatGoes } from './what-goes.ts';
import { writeAccount, writeFound } from './write-account.ts';

const ACT: Readonly<
  Record<Act, (deps: ActDeps, input: ActInput & Pick<ActAsked, 'factor' | 'graceDays'>) => Promise<ActResult>>
> = {
  suspend,
  lift,
  'end-sessions': endSessions,
  'force-reset': forceReset,
  'reset-factor': resetFactor,
  'approve-reset': approveReset,
  'stop-reset': stopReset,
  erase,
  'stop-erase': stopErase,
};

/** What the command runs with. */
export interface RunAccount {
  asked: Asked;
  place: OpenPlace;
  /** Asks a person; `false` also where there is no terminal. */
  confirm: (question: string) => Promise<boolean>;
  /** Takes what the command answers, to be written to standard output. */
  say: (text: string) => void;
  /** Takes a line for the operator's own log. */
  report: (line: string) => void;
}

const look = async ({ asked, place: { dynamo, clock }, say }: RunAccount & { asked: LookAsked }) => {
  const { command, subject, until, json } = asked;
  const answer = (found: object, text: string): void => say(json ? jsonLine(found) : text);
  if (command === 'show') {
    const account = await showAccount({ dynamo, clock }, { accountId: subject, until });
    if (account) answer(account, writeAccount(account, until));
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
  const { command, accountId, factor, graceDays, reason, yes, json } = asked;
  const { dynamo, clock } = place;
  const answer = ({ outcome, text, waitsUntil }: ActResult): void => {
    const found = { act: command, account_id: accountId, outcome, detail: text };
    const waits = waitsUntil !== undefined && { waits_until: waitsUntil };
    say(json ? jsonLine({ ...found, ...waits }) : plain(text));
  };

  const account = await findAccount(place, accountId);
  if (!account) {
    answer(refused('There is no such account.'));
    return false;
  }
  const by = await place.caller();
  const what = command === 'reset-factor' ? `${command} ${factor}` : command;
  const question = async (): Promise<string> => {
    const going = command === 'erase' ? await whatGoes({ dynamo, clock }, account, graceDays) : [];
    return [...going, `${what} of ${accountId} (${account.email}) as ${by}, because: ${reason}`].map(plain).join('\n');
  };
  if (!yes && !(await confirm(await question()))) {
    answer(refused('Nothing was done: answer y, or give --yes.'));
    return false;
  }

  const parts = { clock, randomness: csprng };
  const deps: ActDeps = {
    ...parts,
    dynamo,
    recordEventWrite: makeRecordEventWrite({ ...parts, retentionSeconds: OPERATOR_EVENT_SECONDS }),
    recordIntentWrite: makeRecordIntentWrite(parts),
  };
  const result = await ACT[command](deps, { accountId, factor, graceDays, operator: { by, reason } });
  const { outcome } = result;
  report(operatorActLine({ atMs: clock.nowMs(), act: what, by, reason, more: { account_id: accountId, outcome } }));
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
