import { provideRecordEventWrite, type RecordEventWrite } from '../account/security-events.ts';
import type { Dynamo } from '../aws/dynamo.ts';
import type { Ports, Scope } from '../lambda/scope.ts';
import type { Log } from '../observability/log.ts';
import { makeRecordIntentWrite, type RecordIntentWrite } from '../outbox/outbox.ts';
import type { Clock } from '../primitives/clock.ts';
import { type FactorSecrets, makeFactorSecrets } from './factor-secrets.ts';
import { type Factors, noteToldWrite } from './factors.ts';
import { findStep } from './find-step.ts';
import { matchTotp, NO_STEP, stepEndSeconds } from './totp.ts';

/** A step as near as this may have been used by a phone whose clock is a little fast: it is waited for, not told of. */
const NEAR_SECONDS = 60;

const EVENT = 'authenticator-ahead';

/** A code that was compared with the apps of an account and refused. */
interface RefusedCode {
  accountId: string;
  /** Without separators. */
  code: string;
  apps: Factors['apps'];
  /** The address that the gateway saw. */
  sourceIp: string;
}

interface ReportAppAheadDeps {
  secrets: Pick<FactorSecrets, 'decryptTotp'>;
  dynamo: Pick<Dynamo, 'transact'>;
  clock: Clock;
  recordEventWrite: RecordEventWrite;
  recordIntentWrite: RecordIntentWrite;
  log: Log;
}

/**
 * Tells the log, and once the owner, of an app whose right codes are refused because its last accepted step lies in the future:
 * it was set up or used while the service's clock was ahead. The code stays refused (RFC 6238 §5.2): accepting an older step
 * would let the codes in between be replayed. Only a right code causes this, so an attacker needs the app to cause it.
 *
 * @throws StoreUnavailable
 */
const makeReportAppAhead = ({
  secrets,
  dynamo,
  clock,
  recordEventWrite,
  recordIntentWrite,
  log,
}: ReportAppAheadDeps) => {
  /** @returns the app that the code is of but for that; `null` for every other code, replayed ones included */
  const findAhead = ({ accountId, code, apps }: RefusedCode) => {
    const nowSeconds = clock.nowSeconds();
    const isAhead = ({ lastStep }: { lastStep: number }) => stepEndSeconds(lastStep) - nowSeconds > NEAR_SECONDS;
    const ahead = Object.fromEntries(Object.entries(apps).filter(([, app]) => isAhead(app)));
    return findStep(secrets, { accountId, apps: ahead }, ({ secret }) =>
      matchTotp({ secret, code, nowSeconds, afterStep: NO_STEP }),
    );
  };

  return async (refused: RefusedCode): Promise<void> => {
    const { accountId, apps, sourceIp } = refused;
    const ahead = await findAhead(refused);
    if (!ahead) return;
    log('warn', EVENT, { account_id: accountId, outcome: 'refused' });
    const { appId, lastStep } = ahead;
    if (apps[appId]?.toldOfStep === lastStep) return;
    // Once for each step, however many requests come at once, and not after a code of that app was accepted.
    await dynamo.transact([
      noteToldWrite({ accountId, appId, step: lastStep }),
      recordEventWrite({ accountId, type: EVENT, sourceIp }),
      recordIntentWrite({
        kind: 'security-notice',
        accountId,
        event: EVENT,
        acceptedAgainAtEpochSeconds: stepEndSeconds(lastStep),
      }),
    ]);
  };
};

export type ReportAppAhead = ReturnType<typeof makeReportAppAhead>;

/** For a flow that compares codes with apps. */
export const provideReportAppAhead = (scope: Scope<'events'> & Ports): ReportAppAhead =>
  makeReportAppAhead({
    ...scope,
    secrets: scope.use(makeFactorSecrets),
    recordEventWrite: scope.use(provideRecordEventWrite),
    recordIntentWrite: scope.use(makeRecordIntentWrite),
  });
