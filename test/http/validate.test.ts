import { describe, expect, it } from '@jest/globals';
import { signInRequest } from '../../functions/sign-in/contract.ts';
import { signUpRequest } from '../../functions/sign-up/contract.ts';
import { updateProfileRequest } from '../../functions/update-profile/contract.ts';
import { type FieldError, Problem } from '../../shared/contract/problems.ts';
import { validate } from '../../shared/http/validate.ts';

const errorsOf = (act: () => unknown): readonly FieldError[] | undefined => {
  try {
    act();
  } catch (error) {
    if (error instanceof Problem && error.code === 'invalid-request') return error.extras.errors;
    throw error;
  }
  throw new Error('nothing was thrown');
};

const signIn = { email: 'reader@example.com', password: 'correct horse battery' };

describe('validate', () => {
  it('hands on the canonical form and nothing that was not asked for', () => {
    expect(validate(signUpRequest, { email: 'Reader@BÜCHER.example' })).toEqual({
      email: 'reader@xn--bcher-kva.example',
    });
  });

  it.each<[string, object, FieldError[]]>([
    ['a field that is missing', { password: 'x' }, [{ field: 'email', code: 'required' }]],
    ['a number for a text', { ...signIn, password: 7 }, [{ field: 'password', code: 'wrong-type' }]],
    ['an array for a text', { ...signIn, email: ['a@b.example'] }, [{ field: 'email', code: 'wrong-type' }]],
    ['null for a text', { ...signIn, password: null }, [{ field: 'password', code: 'wrong-type' }]],
    ['an address that is none', { ...signIn, email: 'reader' }, [{ field: 'email', code: 'not-an-email-address' }]],
    ['an empty password', { ...signIn, password: '' }, [{ field: 'password', code: 'too-short' }]],
    ['an endless password', { ...signIn, password: 'x'.repeat(1025) }, [{ field: 'password', code: 'too-long' }]],
    ['a field that there is not', { ...signIn, admin: true }, [{ field: 'admin', code: 'unknown-field' }]],
    [
      'an unknown field whose name could be a secret',
      { ...signIn, 'hunter2!': 1 },
      [{ field: '(unnamed)', code: 'unknown-field' }],
    ],
    [
      'everything at once',
      { email: 1, extra: 2 },
      [
        { field: 'email', code: 'wrong-type' },
        { field: 'password', code: 'required' },
        { field: 'extra', code: 'unknown-field' },
      ],
    ],
  ])('names %s', (_, body, errors) => {
    expect(errorsOf(() => validate(signInRequest, body))).toEqual(errors);
  });

  it('names a field further in with its path', () => {
    const body = { address: { locality: 7, planet: 'Earth' } };

    expect(errorsOf(() => validate(updateProfileRequest, body))).toEqual([
      { field: 'address.locality', code: 'wrong-type' },
      { field: 'address.planet', code: 'unknown-field' },
    ]);
  });

  it('repeats no value', () => {
    const errors = errorsOf(() => validate(signInRequest, { email: 'hunter2', password: ['hunter2'], x: 'hunter2' }));

    expect(JSON.stringify(errors)).not.toContain('hunter2');
  });
});
