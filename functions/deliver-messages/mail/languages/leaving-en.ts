import { deletionEn } from './deletion-en.ts';
import { exportEn } from './export-en.ts';

/** What an owner who leaves is told, in English. */
export const leavingEn = {
  messages: { deletion: deletionEn.requested, exportReady: exportEn.ready },
  notices: { 'deletion-cancelled': deletionEn.cancelled, 'data-exported': exportEn.exported },
};
