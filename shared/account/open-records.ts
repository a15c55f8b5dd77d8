import type { Runtime } from '../lambda/runtime.ts';
import { makeRecordIntent, type RecordIntent } from '../outbox/outbox.ts';
import { makeRecordEvent, type RecordEvent } from './security-events.ts';

/** What a flow leaves behind when it changes something: an entry of the history, and a message to be sent. */
export const openRecords = (runtime: Runtime): { recordEvent: RecordEvent; recordIntent: RecordIntent } => ({
  recordEvent: makeRecordEvent({ ...runtime, ...runtime.config.settings.events }),
  recordIntent: makeRecordIntent(runtime),
});
