import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import type { Scope } from '../../shared/lambda/scope.ts';
import { FRESH_SESSION } from '../../shared/session/fresh-session.ts';
import { makeFactorSecrets } from '../../shared/two-factor/factor-secrets.ts';
import { makeTwoFactor } from '../../shared/two-factor/two-factor.ts';
import { enrollTotp } from './contract.ts';
import { makeEnrollTotp } from './flow.ts';

export const wire = serve({
  contract: enrollTotp,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    ...FRESH_SESSION,
    twoFactor: makeTwoFactor,
    secrets: makeFactorSecrets,
    productName: ({ settings }: Scope<'productName'>) => settings.productName,
  },
  flow: makeEnrollTotp,
  input: ({ body, principal, keeper }) => ({ principal, name: body.name ?? null, keeper }),
});

export const handler = wire(processRuntime(enrollTotp));
