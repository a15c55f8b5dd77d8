import { makeMailReferences } from '../../shared/account/mail-reference.ts';
import { makeKeyring } from '../../shared/keyring/keyring.ts';
import { readKeyringText } from '../../shared/keyring/keyring-text.ts';
import { systemClock } from '../../shared/lambda/system-clock.ts';
import { callJson } from './aws-call.ts';
import type { Deployment } from './deployment.ts';

/** A mail of the deployment's. */
interface SentMail {
  accountId: string;
  email: string;
}

/**
 * What SES tells of a recovery mail that bounces, as it publishes it to the topic. The emulator's SES tells nothing, so the mail's reference
 * is signed here, with the deployment's own keyring.
 */
export const bounceOf = async (deployment: Deployment, { accountId, email }: SentMail): Promise<string> => {
  const { SecretString } = await callJson<{ SecretString: string }>(deployment, {
    service: 'secretsmanager',
    target: 'secretsmanager.GetSecretValue',
    input: { SecretId: deployment.outputs.KeyringArn },
  });
  const keyring = makeKeyring(readKeyringText(SecretString));
  const references = makeMailReferences({ keyring, clock: systemClock });
  const timestamp = new Date().toISOString();
  return JSON.stringify({
    eventType: 'Bounce',
    bounce: {
      bounceType: 'Permanent',
      bounceSubType: 'General',
      bouncedRecipients: [
        { emailAddress: email, action: 'failed', status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1' },
      ],
      timestamp,
      feedbackId: 'a-feedback',
      reportingMTA: 'dns; a8-70.smtp-out.amazonses.com',
    },
    mail: {
      timestamp,
      source: 'no-reply@keyturn.example',
      messageId: 'a-message',
      destination: [email],
      tags: { 'keyturn-mail': [references.write({ accountId, purpose: 'recovery' }, email)] },
    },
  });
};
