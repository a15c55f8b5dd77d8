import type { CfnResource } from 'aws-cdk-lib';

/** The last sentence of an alarm, which leads to its heading in the runbook. `npm run alarms` knows the service's alarms by it. */
export const whatToDo = (heading: string): string => `What to do: docs/runbook.md#${heading}`;

const LEADS_TO = /docs\/runbook\.md#([a-z0-9-]+)$/;

/** The heading that a description leads to. @returns `null` for one that is not the service's */
export const headingIn = (description: string): string | null => LEADS_TO.exec(description)?.[1] ?? null;

/** Key in the metadata of what tells the topic without an alarm, and has no description. */
export const RUNBOOK = 'keyturn:runbook';

/** Notes the heading in the runbook that something which tells the topic leads to. */
export const leadTo = (resource: CfnResource, heading: string): void => resource.addMetadata(RUNBOOK, heading);
