import { met, metWith, type Statements, stated } from './statement.ts';

/** ASVS 5.0 chapter 16. */
export const LOGGING: Statements = {
  '16.1.1': stated('document', 'every log, its place, its life and its readers.', 'docs/inventory.md'),
  '16.2.1': met('shared/observability/log-fields.ts', 'shared/account/security-events.ts'),
  '16.2.2': met('shared/observability/log.ts'),
  '16.2.3': metWith(
    'Functions write lines to standard output, which Lambda takes to one group each.',
    'shared/observability/log.ts',
  ),
  '16.2.4': met('shared/observability/log.ts'),
  '16.2.5': met('shared/observability/log-fields.ts'),
  '16.3.1': met('shared/account/security-events.ts', 'docs/adr/0011-second-factors.md'),
  '16.3.2': met('functions/get-profile', 'functions/update-profile'),
  '16.3.3': met('shared/observability/log-events.ts', 'shared/observability/metrics.ts'),
  '16.3.4': met('shared/http/middlewares', 'shared/observability/metrics.ts'),
  '16.4.1': met('shared/observability/log.ts'),
  '16.4.2': metWith(
    'No role of a function may read, change or delete a log.',
    'infra/flow-bindings.ts',
    'infra/constructs',
  ),
  '16.4.3': stated(
    'AWS',
    'CloudWatch Logs is apart from the functions, which can only add to it; sending it to another account is the operator’s.',
    'docs/inventory.md',
  ),
  '16.5.1': met('shared/http/problem-document.ts', 'shared/http/shown-problem.ts'),
  '16.5.2': met('shared/aws/dynamo.ts', 'shared/outbox/outbox.ts'),
  '16.5.3': met('shared/limits/limits.ts', 'shared/two-factor/attempts.ts'),
};
