export { SECURITY_NOTICE_EVENTS, type SecurityNoticeEvent } from '../domain/security-notice-event.ts';
