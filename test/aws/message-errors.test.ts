import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { MESSAGE_ERRORS } from '../../shared/aws/aws-errors.ts';

const MODULES = new URL('../../node_modules/@aws-sdk/', import.meta.url);

/** The errors that the SDK's own reference, which is made from the service's model, names for a call. */
const errorsOf = (file: string): string[] =>
  [
    ...readFileSync(new URL(file, MODULES), 'utf8').matchAll(/@throws \{@link (\w+)\} \((?:client|server) fault\)/g),
  ].map(([, name = '']) => name);

const PUBLISH = errorsOf('client-sns/dist-types/commands/PublishCommand.d.ts');
const SEND_EMAIL = errorsOf('client-ses/dist-types/commands/SendEmailCommand.d.ts');

/** Beside the errors of a call, of which no model tells. @see SES API Reference, "Common Errors" */
const COMMON_OF_SES = ['InvalidParameterValue', 'ValidationError'];

/** Of one message: the number or the text is refused. What is missing here is of topics, endpoints, keys and permissions. */
const OF_ONE_SMS = ['InvalidParameterException', 'InvalidParameterValueException', 'ValidationException'];

describe('the errors of SES and SNS that are final for a message', () => {
  it('are errors of SendEmail and Publish, and none that only other calls answer', () => {
    const documented = [...PUBLISH, ...SEND_EMAIL, ...COMMON_OF_SES];

    expect(PUBLISH.length).toBeGreaterThan(10);
    expect(Object.keys(MESSAGE_ERRORS).filter((name) => !documented.includes(name))).toEqual([]);
  });

  it('are all of Publish that are about the one message', () => {
    expect(PUBLISH).toEqual(expect.arrayContaining(OF_ONE_SMS));
    expect(PUBLISH.filter((name) => name in MESSAGE_ERRORS).toSorted()).toEqual(OF_ONE_SMS);
  });

  it('have none for a number that has opted out: SNS answers its publish as any other', () => {
    expect(PUBLISH).not.toContain('OptedOutException');
    expect(MESSAGE_ERRORS).not.toHaveProperty('OptedOutException');
  });
});
