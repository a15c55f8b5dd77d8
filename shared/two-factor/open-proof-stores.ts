import { makeSecurityHistory } from '../account/security-events.ts';
import type { Dynamo } from '../aws/dynamo.ts';
import { makeRecordIntentWrite } from '../outbox/outbox.ts';
import type { Clock, Randomness } from '../primitives/clock.ts';
import { makeSessions } from '../session/sessions.ts';
import { makeAttempts } from './attempts.ts';
import { makeCredentials } from './credentials.ts';
import { makeNoticeOfProofWrites } from './notice-of-proof-writes.ts';
import { makeVerifications } from './verifications.ts';

/** The stores of flows that hold a proof against what is stored, count the try, and let a session begin or go on. */
export const openProofStores = (parts: {
  dynamo: Dynamo;
  clock: Clock;
  randomness: Randomness;
  retentionSeconds: number;
  log: Parameters<typeof makeAttempts>[0]['log'];
}) => {
  const history = makeSecurityHistory(parts);
  const recordIntentWrite = makeRecordIntentWrite(parts);
  return {
    attempts: makeAttempts({ ...parts, ...history, recordIntentWrite }),
    credentials: makeCredentials(parts),
    history,
    noticeOfProofWrites: makeNoticeOfProofWrites(recordIntentWrite),
    sessions: makeSessions(parts),
    verifications: makeVerifications(parts),
  };
};
