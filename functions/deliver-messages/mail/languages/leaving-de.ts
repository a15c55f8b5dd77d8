import { deletionDe } from './deletion-de.ts';
import { exportDe } from './export-de.ts';

/** What an owner who leaves is told, in German. */
export const leavingDe = {
  messages: { deletion: deletionDe.requested, exportReady: exportDe.ready },
  notices: { 'deletion-cancelled': deletionDe.cancelled, 'data-exported': exportDe.exported },
};
