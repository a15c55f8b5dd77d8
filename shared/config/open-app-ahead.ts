import type { FactorSecrets } from '../crypto/factor-secrets.ts';
import { makeFindAppAhead } from '../crypto/find-app-ahead.ts';
import { makeAheadNotices } from '../store/ahead-notices.ts';
import type { Dynamo } from '../store/dynamo.ts';
import { makeReportAppAhead, type ReportAppAhead } from '../verification/report-app-ahead.ts';
import { openRecords } from './open-records.ts';
import type { Runtime } from './runtime.ts';

/** What tells of an app that is ahead of the clock, for every flow that compares codes with apps. */
export const openAppAhead = (runtime: Runtime, secrets: FactorSecrets, dynamo: Dynamo): ReportAppAhead =>
  makeReportAppAhead({
    ...runtime,
    findAppAhead: makeFindAppAhead({ ...runtime, secrets }),
    aheadNotices: makeAheadNotices({ ...openRecords(runtime), dynamo }),
  });
