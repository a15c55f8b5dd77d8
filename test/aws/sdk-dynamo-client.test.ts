import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { removeMiddleware } from '../../shared/aws/remove-middleware.ts';
import { openSdk } from '../../shared/aws/sdk-dynamo-client.ts';
import { systemClock } from '../../shared/lambda/system-clock.ts';

const namesOf = ({ middlewareStack }: DynamoDBClient): string[] =>
  middlewareStack.identify().map((name) => name.replace(/ .*$/, ''));

describe('the client of DynamoDB', () => {
  it('leaves out what the SDK has and a call does not need', () => {
    const theirs = namesOf(new DynamoDBClient({}));

    const ours = namesOf(openSdk({ clock: systemClock }));

    expect(theirs.filter((name) => !ours.includes(name))).toEqual(
      expect.arrayContaining(['getUserAgentMiddleware', 'loggerMiddleware', 'recursionDetectionMiddleware']),
    );
    expect(theirs.length - ours.length).toBe(3);
  });

  it('does not open where the SDK has no middleware of a name that is to be removed', () => {
    const { middlewareStack } = new DynamoDBClient({});

    const remove = () => removeMiddleware(middlewareStack, ['loggerMiddleware', 'renamedMiddleware']);

    expect(remove).toThrow('the SDK has no middleware of the name renamedMiddleware');
  });
});
