import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Suppresses rules of cdk-nag for a construct and everything inside it, each with its reason.
 *
 * @param reasons the reason by the id of the rule, `Rule` or `Rule[Finding]`
 */
export const acknowledge = (scope: IConstruct, reasons: Readonly<Record<string, string>>): void =>
  Validations.of(scope).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })));
