import type { AccountExport } from '../../shared/contract/account-export.ts';
import { problem } from '../../shared/contract/problems.ts';
import type { ExportLinks } from '../../shared/data-export/export-links.ts';
import type { GatherExport } from '../../shared/data-export/gather-export.ts';
import type { Log } from '../../shared/observability/log.ts';
import { sha256 } from '../../shared/primitives/digest.ts';

export interface DownloadExportDeps {
  exportLinks: Pick<ExportLinks, 'find' | 'use'>;
  gatherExport: GatherExport;
  log: Log;
}

export interface DownloadExportInput {
  /** `null` for a text that can't be a token. */
  token: string | null;
  /** The Idempotency-Key; `null` without one. */
  key: string | null;
}

/**
 * Rows of one kind that a download has at most. A hundred thousand entries of the history are some 12 MB of JSON and 2 MB compressed, and
 * Lambda answers 6 MB.
 *
 * @see Lambda developer guide, "Lambda quotas"
 */
const MOST_ROWS = 100_000;

/**
 * Answers a large export with the token of its mail, as the account is now. The token is used up once everything was read: a fault before
 * that costs no owner the link.
 *
 * @throws problem invalid-token
 */
export const makeDownloadExport =
  ({ exportLinks, gatherExport, log }: DownloadExportDeps) =>
  async ({ token, key }: DownloadExportInput): Promise<AccountExport> => {
    const tokenHash = token === null ? null : sha256(token);
    const found = tokenHash === null ? null : await exportLinks.find(tokenHash);
    if (tokenHash === null || !found) throw problem('invalid-token');

    const { account } = found;
    const gathered = await gatherExport(account, MOST_ROWS);
    if (!(await exportLinks.use({ tokenHash, account, key }))) throw problem('invalid-token');

    log('info', 'export-downloaded', { account_id: account.accountId, outcome: 'success' });
    return gathered;
  };
