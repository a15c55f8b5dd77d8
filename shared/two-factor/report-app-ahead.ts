import { provideRecordEventWrite } from '../account/security-events.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import type { Log } from '../observability/log.ts';
import { makeRecordIntentWrite } from '../outbox/outbox.ts';
import { type AheadNotices, makeAheadNotices } from './ahead-notices.ts';
import { makeFactorSecrets } from './factor-secrets.ts';
import type { Factors } from './factors.ts';
import { type FindAppAhead, makeFindAppAhead } from './find-app-ahead.ts';

/** A code that was compared with the apps of an account and refused. */
export interface RefusedCode {
  accountId: string;
  /** Without separators. */
  code: string;
  apps: Factors['apps'];
  sourceIp: string;
}

export interface ReportAppAheadDeps {
  findAppAhead: FindAppAhead;
  aheadNotices: AheadNotices;
  log: Log;
}

/**
 * Tells the log, and once the owner, of an app whose right codes are refused because its last accepted step lies in the future:
 * it was set up or used while the service's clock was ahead. The code stays refused (RFC 6238 §5.2): accepting an older step
 * would let the codes in between be replayed. Only a right code causes this, so an attacker needs the app to cause it.
 */
const makeReportAppAhead =
  ({ findAppAhead, aheadNotices, log }: ReportAppAheadDeps) =>
  async ({ accountId, code, apps, sourceIp }: RefusedCode): Promise<void> => {
    const ahead = await findAppAhead({ accountId, code, apps });
    if (!ahead) return;
    log('warn', 'authenticator-ahead', { account_id: accountId, outcome: 'refused' });
    const { appId, lastStep, acceptedAgainAtEpochSeconds } = ahead;
    if (apps[appId]?.toldOfStep === lastStep) return;
    await aheadNotices.tellOnce({ accountId, appId, lastStep, acceptedAgainAtEpochSeconds, sourceIp });
  };

export type ReportAppAhead = ReturnType<typeof makeReportAppAhead>;

/** For a flow that compares codes with apps. */
export const provideReportAppAhead = (scope: Scope<'events'> & Ports): ReportAppAhead =>
  makeReportAppAhead({
    ...scope,
    findAppAhead: makeFindAppAhead({ ...scope, secrets: scope.use(makeFactorSecrets) }),
    aheadNotices: makeAheadNotices({
      ...scope,
      recordEventWrite: scope.use(provideRecordEventWrite),
      recordIntentWrite: scope.use(makeRecordIntentWrite),
    }),
  });
