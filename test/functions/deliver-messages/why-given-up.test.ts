import { describe, expect, it } from '@jest/globals';
import { DeadLetterNotKept } from '../../../functions/deliver-messages/dead-letters.ts';
import { MailNotSent } from '../../../functions/deliver-messages/mail/mail-not-sent.ts';
import { SmsNotSent } from '../../../functions/deliver-messages/sms/sms-not-sent.ts';
import {
  type FailedTry,
  OWN_FAULT_ATTEMPTS,
  stopsAllMail,
  whyGivenUp,
} from '../../../functions/deliver-messages/why-given-up.ts';
import { StoreUnavailable } from '../../../shared/aws/dynamo.ts';
import { UnknownRowVersion } from '../../../shared/aws/row.ts';

const RETRY_SECONDS = 3600;

/** Why a first attempt that failed just now is given up. */
const why = (error: unknown, changes: Partial<FailedTry> = {}): string | null =>
  whyGivenUp({ error, ownFaults: 0, triedForMs: 10, retrySeconds: RETRY_SECONDS, ...changes });

/** An error as the SDK throws it for a service. */
const sdkError = (name: string): Error => Object.assign(new Error('of ada@example.com'), { name, $fault: 'client' });

describe('a message that was not sent', () => {
  it.each([
    'MessageRejected',
    'InvalidParameterValue',
    'ValidationError',
    'RecipientNotCanonical',
    'RecipientNotVerified',
  ])('is given up at once when SES says %s: the next try would be refused as well', (name) => {
    expect(why(new MailNotSent(name))).toBe(name);
  });

  it.each([
    'InvalidParameterException',
    'InvalidParameterValueException',
    'ValidationException',
    'RecipientNotCanonical',
  ])('is given up at once when SNS says %s', (name) => {
    expect(why(new SmsNotSent(name))).toBe(name);
  });

  it.each([
    'Throttling',
    'ThrottledException',
    'ServiceUnavailable',
    'InternalFailure',
    'InternalErrorException',
    'TimeoutError',
    'AbortError',
    'UnknownError',
    'AccountSendingPausedException',
    'ConfigurationSetDoesNotExistException',
    'ConfigurationSetSendingPausedException',
    'MailFromDomainNotVerifiedException',
    'SenderNotVerified',
    'SendingSuspended',
    'AccessDenied',
    'AuthorizationErrorException',
    'SignatureDoesNotMatch',
    'KMSThrottlingException',
  ])('is tried again after %s, however often it came: everybody is in the same boat', (name) => {
    const many = { ownFaults: 10_000, triedForMs: RETRY_SECONDS * 1000 - 1 };

    expect([why(new MailNotSent(name), many), why(new SmsNotSent(name), many)]).toEqual([null, null]);
  });

  it.each(['KeyringNotReady', 'KeyringOutdated', 'KeyringBroken', 'SecretUnavailable', 'SecretRefused'])(
    'waits for the keys, however long, after %s: no message is at fault',
    (name) => {
      const error = Object.assign(new Error('no keys'), { name });

      expect(why(error, { ownFaults: 10_000 })).toBeNull();
    },
  );

  it('is given up when its time is over, whatever it fails for', () => {
    const over = { triedForMs: RETRY_SECONDS * 1000 };

    expect(why(new MailNotSent('Throttling'), over)).toBe('Throttling');
    expect(why(new StoreUnavailable('InternalServerError'), over)).toBe('StoreUnavailable');
  });
});

describe('a fault on the way to a message', () => {
  it.each([
    ['the database is out of reach', new StoreUnavailable('InternalServerError')],
    ['a permission is missing', sdkError('AccessDeniedException')],
    ['a table is missing', sdkError('ResourceNotFoundException')],
    ['nobody can be told of it', new DeadLetterNotKept('AccessDenied')],
    ['a row is of a release that is being deployed', new UnknownRowVersion()],
  ])('is waited for while %s', (_, error) => {
    expect(why(error, { ownFaults: 10_000 })).toBeNull();
  });

  it.each([
    ['our own code', new TypeError('of ada@example.com'), 'TypeError'],
    ['a row that can not be read', Object.assign(new Error('x'), { name: '$ZodError' }), '$ZodError'],
    ['a key that DynamoDB makes nothing of', sdkError('ValidationException'), 'ValidationException'],
    ['a text that is thrown', 'ada@example.com', 'string'],
  ])(`is tried ${OWN_FAULT_ATTEMPTS} times where it is %s, so that it stops nobody for hours`, (_, error, name) => {
    expect(why(error, { ownFaults: OWN_FAULT_ATTEMPTS - 2 })).toBeNull();
    expect(why(error, { ownFaults: OWN_FAULT_ATTEMPTS - 1 })).toBe(name);
  });
});

describe('what stops all mail', () => {
  it.each([
    'AccountSendingPausedException',
    'SendingSuspended',
    'ConfigurationSetSendingPausedException',
    'RecipientNotVerified',
    'SenderNotVerified',
    'MailFromDomainNotVerifiedException',
    'ConfigurationSetDoesNotExistException',
  ])('is %s, which the next mail meets too', (name) => {
    expect(stopsAllMail(new MailNotSent(name))).toBe(true);
  });

  it('is neither the fault of one mail, nor a service that is slow, nor anything of SNS', () => {
    const others = [
      new MailNotSent('MessageRejected'),
      new MailNotSent('Throttling'),
      new SmsNotSent('SendingSuspended'),
    ];

    expect(others.map(stopsAllMail)).toEqual([false, false, false]);
  });
});
