import { requireSessionWrite } from '../../shared/account/accounts.ts';
import type { Principal } from '../../shared/account/principal.ts';
import type { RecordEventWrite } from '../../shared/account/security-events.ts';
import type { Dynamo } from '../../shared/aws/dynamo.ts';
import type { AccountExport } from '../../shared/contract/account-export.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { ExportLinks } from '../../shared/data-export/export-links.ts';
import type { GatherExport } from '../../shared/data-export/gather-export.ts';
import type { AnswerKeeper } from '../../shared/idempotency/answer-keeper.ts';
import type { Log } from '../../shared/observability/log.ts';
import type { RecordIntentWrite } from '../../shared/outbox/outbox.ts';
import type { FindOwner } from '../../shared/two-factor/find-owner.ts';

export interface ExportAccountDeps {
  findOwner: FindOwner;
  gatherExport: GatherExport;
  exportLinks: Pick<ExportLinks, 'askWrite'>;
  dynamo: Pick<Dynamo, 'transact'>;
  recordEventWrite: RecordEventWrite;
  recordIntentWrite: RecordIntentWrite;
  log: Log;
}

export interface ExportAccountInput {
  principal: Principal;
  sourceIp: string;
  keeper: AnswerKeeper;
}

interface ExportAccountAnswer {
  status: 'complete' | 'mailed';
  export?: AccountExport;
}

/** Rows of one kind that an answer has at most: more than most accounts have in a year. */
const MOST_ROWS = 500;

/**
 * UTF-16 units of an export that is answered: with an Idempotency-Key the answer is kept, encrypted, in one row, and those have 400 KB.
 *
 * @see DynamoDB developer guide, "Service, account, and table quotas"
 */
const MOST_LENGTH = 128 * 1024;

/**
 * Answers everything that is held about an account; or, where that is too much, has a link to it mailed. Each is in the history, and its
 * owner is told: with a session that was stolen, it is the whole account that goes.
 *
 * @throws problem unauthenticated, fresh-session-required, conflict for a day after an undo
 */
export const makeExportAccount = (deps: ExportAccountDeps) => {
  const { findOwner, gatherExport, exportLinks, dynamo, recordEventWrite, recordIntentWrite, log } = deps;

  return async ({ principal, sourceIp, keeper }: ExportAccountInput): Promise<ExportAccountAnswer> => {
    const { account } = await findOwner(principal);
    const { accountId } = account;
    const gathered = await gatherExport(account, MOST_ROWS);
    const isSmall = gathered.complete && JSON.stringify(gathered).length <= MOST_LENGTH;
    const answer: ExportAccountAnswer = isSmall ? { status: 'complete', export: gathered } : { status: 'mailed' };
    const link = isSmall ? null : exportLinks.askWrite(account);
    const { won } = await dynamo.transact([
      requireSessionWrite(principal),
      recordEventWrite({ accountId, type: 'data-exported', sourceIp }),
      ...(link
        ? [link.write, recordIntentWrite({ kind: 'export-ready', accountId, exportId: link.exportId })]
        : [recordIntentWrite({ kind: 'security-notice', accountId, event: 'data-exported' })]),
      ...keeper.keepWrites({ result: answer, of: principal }),
    ]);
    if (!won) throw problem('unauthenticated'); // the session has ended meanwhile

    log('info', 'data-exported', { account_id: accountId, session_id: principal.sessionId, outcome: answer.status });
    return answer;
  };
};
