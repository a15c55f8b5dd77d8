import type { Clock } from '../../shared/primitives/clock.ts';
import type { AskAws, AwsOperation } from '../aws/aws-operation.ts';
import type { Browse } from './browse.ts';
import type { DeployedSettings, DeployedStack } from './deployed-stack.ts';
import type { Dns } from './dns.ts';
import type { Finding } from './finding.ts';

/** What a check works with. Nothing of it changes anything. */
export interface Examination {
  /** Refuses an operation that the check doesn't name in `asks`. @throws AwsRefused */
  ask: AskAws;
  region: string;
  clock: Clock;
  browse: Browse;
  dns: Dns;
  /** Waits, for what AWS computes meanwhile. @param ms milliseconds */
  pause: (ms: number) => Promise<void>;
  /** The stack, read once. @throws AwsRefused, Unread */
  stack: () => Promise<DeployedStack>;
  /** What the deployed service is set to, read once; `null` where there is no stack yet. @throws AwsRefused, Unread */
  settings: () => Promise<DeployedSettings | null>;
}

/** One thing that is looked at. */
export interface Check {
  /** For scripts; it stays. */
  id: string;
  /** A few words. */
  title: string;
  /** The operations of AWS that it needs, which docs/operating.md's policy allows. */
  asks: readonly AwsOperation<unknown>[];
  /** The probe of docs/operating.md that it makes. */
  settles?: `Probe ${number}: ${string}`;
  /** @throws AwsRefused, Unread where it can't be found out */
  run: (on: Examination) => Promise<Finding>;
}
