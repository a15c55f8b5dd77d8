import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { phoneField } from '../../shared/contract/phone-field.ts';
import { httpContracts } from '../support/fixtures.ts';

const body = z.strictObject({ phone_number: phoneField });

describe('phone-field', () => {
  it('hands on the canonical number and its country', () => {
    const result = body.safeParse({ phone_number: '0043 660 123-45-67' });

    expect(result.data).toEqual({ phone_number: { e164: '+436601234567', country: 'AT' } });
  });

  it.each(['0660 1234567', '', '+43 900 123456', '+43 660 1234567'.padEnd(65), 436601234567, null, ['+436601234567']])(
    'refuses %j and names the field',
    (value) => {
      const result = body.safeParse({ phone_number: value });

      expect(result.success).toBe(false);
      expect(result.error?.issues.map(({ path }) => path)).toEqual([['phone_number']]);
    },
  );

  it('is in no flow that does not refuse the countries without SMS at once', () => {
    const taking = httpContracts.filter(({ request }) => {
      const { phone_number: member } = (request as { shape?: Record<string, z.ZodMiniType> } | undefined)?.shape ?? {};
      return member instanceof z.ZodMiniOptional && member._zod.def.innerType === phoneField;
    });

    expect(taking.map(({ flow }) => flow).toSorted()).toEqual(['request-recovery', 'request-verification']);
    for (const { problems } of taking) expect(problems).toContain('unsupported-country');
  });
});
