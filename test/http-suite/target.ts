import { type RunningService, removeData, startRunningService } from '../support/running-service.ts';

/** Address of the service, and where its mail can be read. */
export interface Target {
  apiUrl: string;
  inboxUrl: string;
  /** Issuer of its tokens. */
  issuer: string;
  close(): Promise<void>;
}

const issuerOf = async (apiUrl: string): Promise<string> => {
  const answer = await fetch(`${apiUrl}/.well-known/openid-configuration`);
  return ((await answer.json()) as { issuer: string }).issuer;
};

/** The service that KEYTURN_API_URL and KEYTURN_INBOX_URL name, or a local one, started as `npm start` does. */
export const openTarget = async (): Promise<Target> => {
  const { KEYTURN_API_URL: apiUrl, KEYTURN_INBOX_URL: inboxUrl } = process.env;
  if (apiUrl && inboxUrl) return { apiUrl, inboxUrl, issuer: await issuerOf(apiUrl), close: async () => undefined };
  const service: RunningService = await startRunningService();
  return {
    apiUrl: service.apiUrl,
    inboxUrl: service.inboxUrl,
    issuer: service.apiUrl,
    close: async () => {
      await service.stop();
      removeData(service);
    },
  };
};

const MAIL_TIMEOUT_MS = 60_000;

export interface ReceivedMail {
  id: string;
  subject: string;
  text: string;
  html: string;
  /** RFC 3339, by the clock of the service. */
  sent_at: string;
}

/** Waits for `count` mails to an address; newest first. */
export const waitForMails = async (inboxUrl: string, to: string, count: number): Promise<ReceivedMail[]> => {
  const deadline = Date.now() + MAIL_TIMEOUT_MS;
  for (;;) {
    const mails = (await (await fetch(`${inboxUrl}/messages?to=${encodeURIComponent(to)}`)).json()) as ReceivedMail[];
    if (mails.length >= count) return mails;
    if (Date.now() > deadline) throw new Error(`${mails.length} of ${count} mails came to ${to}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
