import type { RecordEventWrite } from '../account/security-events.ts';
import type { Dynamo } from '../aws/dynamo.ts';
import type { RecordIntentWrite } from '../outbox/outbox.ts';
import { noteToldWrite } from './factors.ts';

/** An app whose codes are refused until an instant, and the request that found it. */
interface AheadNotice {
  accountId: string;
  appId: string;
  /** The last accepted time step, which lies in the future. */
  lastStep: number;
  acceptedAgainAtEpochSeconds: number;
  /** The address that the gateway saw. */
  sourceIp: string;
}

/** Notices of apps that are ahead of the clock. */
export interface AheadNotices {
  /**
   * Tells the owner by an entry of the history and by mail, once for each step, however many requests come at once. Does nothing
   * after a code of that app was accepted.
   * @throws StoreUnavailable
   */
  tellOnce(notice: AheadNotice): Promise<void>;
}

/** Opens the notices. */
export const makeAheadNotices = ({
  dynamo,
  recordEventWrite,
  recordIntentWrite,
}: {
  dynamo: Pick<Dynamo, 'transact'>;
  recordEventWrite: RecordEventWrite;
  recordIntentWrite: RecordIntentWrite;
}): AheadNotices => ({
  tellOnce: async ({ accountId, appId, lastStep, acceptedAgainAtEpochSeconds, sourceIp }) => {
    const event = 'authenticator-ahead';
    await dynamo.transact([
      noteToldWrite({ accountId, appId, step: lastStep }),
      recordEventWrite({ accountId, type: event, sourceIp }),
      recordIntentWrite({ kind: 'security-notice', accountId, event, acceptedAgainAtEpochSeconds }),
    ]);
  },
});
