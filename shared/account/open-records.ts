import type { Runtime } from '../lambda/runtime.ts';
import { makeRecordIntentWrite, type RecordIntentWrite } from '../outbox/outbox.ts';
import { makeRecordEventWrite, type RecordEventWrite } from './security-events.ts';

/** What a flow leaves behind when it changes something: an entry of the history, and a message to be sent. */
export const openRecords = (
  runtime: Runtime,
): { recordEventWrite: RecordEventWrite; recordIntentWrite: RecordIntentWrite } => ({
  recordEventWrite: makeRecordEventWrite({ ...runtime, ...runtime.config.settings.events }),
  recordIntentWrite: makeRecordIntentWrite(runtime),
});
