import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Says why a rule of cdk-nag does not hold for a construct and what is in it.
 *
 * @param reasons the reason by the id of the rule, `Rule` or `Rule[Finding]`
 */
export const acknowledge = (scope: IConstruct, reasons: Readonly<Record<string, string>>): void =>
  Validations.of(scope).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })));
