import { beforeAll, describe, expect, it } from '@jest/globals';
import { breakingChanges, type ComparedDocument } from '../../scripts/openapi/breaking-changes.ts';
import { acceptedChanges, releasedDocument } from '../../scripts/openapi/released.ts';
import { readOpenApi } from '../support/openapi.ts';

// biome-ignore lint/suspicious/noExplicitAny: the cases change documents at any place
type Changeable = any;

describe('the OpenAPI document, beside that of the last release', () => {
  let now: ComparedDocument;

  beforeAll(async () => {
    now = (await readOpenApi()).document as unknown as ComparedDocument;
  });

  it('breaks nothing for clients that are out, but for what docs/openapi/accepted-changes.json gives a reason for', () => {
    const changes = breakingChanges(releasedDocument(), now);

    const accepted = acceptedChanges().flatMap((one) => one.changes);
    expect(changes.toSorted()).toEqual(accepted.toSorted()); // and none is accepted that is not there
    expect(acceptedChanges().every(({ because }) => because.length > 40)).toBe(true);
  });

  const changesAfter = (change: (document: Changeable) => void): string[] => {
    const changed = structuredClone(now) as Changeable;
    change(changed);
    return breakingChanges(now, changed);
  };

  /** The same the other way round: what was there before is narrower. */
  const changesFrom = (change: (document: Changeable) => void): string[] => {
    const before = structuredClone(now) as Changeable;
    change(before);
    return breakingChanges(before, now);
  };

  it('breaks nothing beside itself', () => {
    expect(breakingChanges(now, now)).toEqual([]);
  });

  it.each<[string, (document: Changeable) => void, string]>([
    ['a route that is gone', ({ paths }) => delete paths['/reset'], 'POST /reset is gone'],
    [
      'another id of an operation',
      ({ paths }) => {
        paths['/reset'].post.operationId = 'checkToken';
      },
      'POST /reset is not checkResetToken any more',
    ],
    [
      'a token where none was needed',
      ({ paths }) => {
        paths['/verification'].post.security = [{ accessToken: [] }];
      },
      'POST /verification needs a token',
    ],
    [
      'a parameter that is required',
      ({ paths }) => {
        paths['/reset'].post.parameters[0].required = true;
      },
      'POST /reset: Idempotency-Key is required',
    ],
    [
      'a body that is required',
      ({ paths }) => {
        paths['/verification'].post.requestBody.required = true;
      },
      'POST /verification: a body is required',
    ],
    [
      'a media type that is gone',
      ({ paths }) => {
        paths['/reset'].post.requestBody.content = { 'text/plain': { schema: {} } };
      },
      'POST /reset: application/json is not offered any more',
    ],
    [
      'a member of a request that is required',
      ({ components: { schemas } }) => {
        schemas.SignUpRequest.required.push('locale');
      },
      'POST /accounts: the request.locale is required',
    ],
    [
      'a member of a request that is gone',
      ({ components: { schemas } }) => {
        delete schemas.SignUpRequest.properties.locale;
      },
      'POST /accounts: the request.locale is not taken any more',
    ],
    [
      'a member of a request with a type of its own',
      ({ components: { schemas } }) => {
        schemas.PostalAddress.properties.country.type = 'string';
      },
      'PUT /profile/{user_id}: the request.address.country is no null any more',
    ],
    [
      'a text of a request that may be less long',
      ({ components: { schemas } }) => {
        schemas.SignUpRequest.properties.email.maxLength = 100;
      },
      'POST /accounts: the request.email has a narrower maxLength',
    ],
    [
      'a list of values where any text was taken',
      ({ components: { schemas } }) => {
        schemas.SignUpRequest.properties.locale.enum = ['de', 'en'];
      },
      'POST /accounts: the request.locale may not be any other text any more',
    ],
    [
      'an answer that is gone',
      ({ paths }) => {
        delete paths['/reset'].post.responses['200'];
      },
      'POST /reset: the 200 is gone',
    ],
    [
      'an answer of another media type',
      ({ paths }) => {
        paths['/reset'].post.responses['200'].content = { 'text/plain': {} };
      },
      'POST /reset: the 200 is not application/json any more',
    ],
    [
      'a member of an answer that is gone',
      ({ components: { schemas } }) => {
        delete schemas.SessionTokens.properties.session_id;
      },
      'POST /sessions/refresh: the 200.session_id is gone',
    ],
    [
      'a member of an answer that may be missing',
      ({ components: { schemas } }) => {
        schemas.SessionTokens.required = ['access_token'];
      },
      'POST /sessions/refresh: the 200.session_id may be missing',
    ],
    [
      'a member of an answer with another type',
      ({ components: { schemas } }) => {
        schemas.SessionTokens.properties.expires_in.type = 'string';
      },
      'POST /sessions/refresh: the 200.expires_in may be string now',
    ],
    [
      'a member of an object in a list that is gone',
      ({ components: { schemas } }) => {
        delete schemas.Factor.properties.id;
      },
      'GET /two-factor: the 200.factors[].id is gone',
    ],
    [
      'a member of a problem document that is gone',
      ({ components: { schemas } }) => {
        delete schemas.Problem.properties.retry_after;
      },
      'a problem document.retry_after is gone',
    ],
  ])('is told to break them by %s', (_what, change, told) => {
    expect(changesAfter(change)).toContain(told);
  });

  it.each<[string, (document: Changeable) => void, string]>([
    [
      'a value of a request that is taken no more',
      ({ components: { schemas } }) => {
        schemas.SignUpRequest.properties.locale.enum = ['de', 'en'];
      },
      '',
    ],
    [
      'a value that a closed list of an answer has not',
      ({ components: { schemas } }) => {
        const { 'x-extensible-enum': values, ...status } = schemas.Accepted.properties.status;
        schemas.Accepted.properties.status = { ...status, enum: ['refused'] };
        return values;
      },
      'POST /accounts: the 200.status may be accepted now',
    ],
  ])('compares values: %s', (_what, change, told) => {
    const changes = changesFrom(change);

    expect(changes).toEqual(told === '' ? [] : expect.arrayContaining([told])); // a request that takes more breaks nothing
  });

  it('refuses a narrowed list of a request, and takes a wider one', () => {
    const withValues = (...values: string[]) => {
      const document = structuredClone(now) as Changeable;
      document.components.schemas.SignUpRequest.properties.locale.enum = values;
      return document as ComparedDocument;
    };

    expect(breakingChanges(withValues('de', 'en'), withValues('de'))).toEqual([
      'POST /accounts: the request.locale may not be en any more',
    ]);
    expect(breakingChanges(withValues('de'), withValues('de', 'en'))).toEqual([]);
  });

  it.each<[string, (document: Changeable) => void]>([
    [
      'a route',
      ({ paths }) => {
        paths['/new'] = paths['/reset'];
      },
    ],
    [
      'an optional member of a request',
      ({ components: { schemas } }) => {
        schemas.SignUpRequest.properties.more = { type: 'string' };
      },
    ],
    [
      'a member of an answer',
      ({ components: { schemas } }) => {
        Object.assign(schemas.SessionTokens.properties, { more: { type: 'string' } });
        schemas.SessionTokens.required.push('more');
      },
    ],
    [
      'a value of an open list',
      ({ components: { schemas } }) => {
        schemas.Problem.properties.code['x-extensible-enum'].push('a-new-one');
      },
    ],
    [
      'an optional parameter',
      ({ paths }) => {
        paths['/reset'].post.parameters.push({ name: 'more', in: 'query', schema: { type: 'string' } });
      },
    ],
    [
      'a problem',
      ({ paths }) => {
        paths['/health'].get.responses['409'] = paths['/reset'].post.responses['400'];
      },
    ],
    [
      'room in a text of a request',
      ({ components: { schemas } }) => {
        delete schemas.SignUpRequest.properties.email.maxLength;
      },
    ],
  ])('may have more: %s', (_what, change) => {
    expect(changesAfter(change)).toEqual([]);
  });
});
