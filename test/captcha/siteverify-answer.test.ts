import { describe, expect, it } from '@jest/globals';
import { readSiteverifyAnswer } from '../../shared/captcha/siteverify-answer.ts';

const read = (answer: unknown, hostnames: string[] = []) => readSiteverifyAnswer(JSON.stringify(answer), hostnames);
const refusal = (...codes: string[]) => ({ success: false, 'error-codes': codes });

describe('the answer of siteverify', () => {
  it.each([
    'missing-input-response',
    'invalid-input-response',
    'timeout-or-duplicate',
    'expired-input-response',
    'already-seen-response',
    'invalid-or-already-seen-response',
    'sitekey-secret-mismatch',
    'not-using-dummy-passcode',
    'bad-request',
  ])('refuses a response that the provider says %s of', (code) => {
    expect(read(refusal(code))).toBe(code);
  });

  it.each(['missing-input-secret', 'invalid-input-secret', 'missing-remoteip', 'invalid-remoteip', 'internal-error'])(
    'says nothing of a response with %s, which no caller can cause',
    (code) => {
      expect(() => read(refusal(code))).toThrow(expect.objectContaining({ name: 'UnusableAnswer', code }));
    },
  );

  it.each([
    ['a code that nobody knows yet', refusal('quantum-decoherence')],
    ['no code', refusal()],
    ['no list of codes', { success: false }],
    ['a fault beside one that nobody knows', refusal('internal-error', 'quantum-decoherence')],
  ])('refuses with %s: what a caller may have caused lets nothing through', (_, answer) => {
    expect(read(answer)).toBe('unknown');
  });

  it('refuses with a fault beside what is wrong with the response', () => {
    expect(read(refusal('internal-error', 'invalid-input-response'))).toBe('invalid-input-response');
  });

  it.each([
    ['is the one that is named', 'www.bookshelf.example', 'good'],
    ['is another', 'attacker.example', 'other-hostname'],
    ['is written otherwise', 'WWW.bookshelf.example', 'other-hostname'],
    ['is not said', undefined, 'other-hostname'],
    ['is null', null, 'other-hostname'],
  ])('is held against the named hosts where its own %s', (_, hostname, verdict) => {
    expect(read({ success: true, hostname }, ['www.bookshelf.example'])).toBe(verdict);
  });

  it('is good from whichever host where none is named', () => {
    expect(read({ success: true })).toBe('good');
  });

  it.each(['', 'null', '[]', '{}', '{"success":"true"}', '{"success":1}', 'true', '{"success":true'])(
    'says nothing in a text that is none of it: %s',
    (text) => {
      expect(() => readSiteverifyAnswer(text, [])).toThrow(expect.objectContaining({ name: 'UnusableAnswer' }));
    },
  );
});
