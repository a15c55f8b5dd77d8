import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { phoneField } from '../../shared/contract/phone-field.ts';

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
});
