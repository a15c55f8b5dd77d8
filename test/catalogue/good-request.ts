import type { Service, ServiceRequest } from './service.ts';

/** A request whose accounts, tokens and codes are there. */
interface PreparedRequest {
  /** Makes the request; anew for each attempt, because the code of an app changes. */
  request(): ServiceRequest;
  /** Takes in a good answer, where the next request needs something of it. */
  answered?(body: unknown): void;
}

/** A request that its flow accepts. */
export interface GoodRequest<By extends Service = Service> {
  /** The flow's name; another path of the flow has a word in brackets: `sign-in (before a second factor)`. */
  name: string;
  /** For a flow that a stream triggers, the flow that its message is for. */
  flow: string;
  /** Status of a success. */
  succeeds: number;
  /**
   * Whether it may leave a row where it fails: one of two parallel DynamoDB calls may succeed while the other fails, an
   * attempt is reserved before a password or code is checked, and an account's first row of factors is made empty.
   */
  leavesRows?: boolean;
  /** Makes what the request needs, through other flows and the mails and SMS that they send. */
  prepare(service: By): Promise<PreparedRequest>;
}

/** Makes an entry of the catalogue; it is answered 200 unless it says otherwise. */
export const good = <By extends Service = Service>(
  entry: Pick<GoodRequest<By>, 'name' | 'prepare'> & Partial<GoodRequest<By>>,
): GoodRequest<By> => ({ flow: entry.name.replace(/ \(.*/, ''), succeeds: 200, ...entry });
