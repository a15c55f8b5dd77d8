import { makeEmailProofs } from '../../shared/account/email-proofs.ts';
import { provideRecordEventWrite } from '../../shared/account/security-events.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { serve } from '../../shared/http/serve.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import { confirmEmailProof } from './contract.ts';
import { makeConfirmEmailProof } from './flow.ts';

export const wire = serve({
  contract: confirmEmailProof,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: { emailProofs: makeEmailProofs, recordEventWrite: provideRecordEventWrite },
  flow: makeConfirmEmailProof,
  input: ({ body, sourceIp, keeper }) => ({ token: body.token, sourceIp, keeper }),
});

export const handler = wire(processRuntime(confirmEmailProof));
