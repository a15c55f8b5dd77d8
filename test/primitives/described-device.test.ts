import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { describedDevice, seenDevice } from '../../shared/primitives/described-device.ts';
import { DEVICE_KINDS, DEVICE_PROGRAMS, DEVICE_SYSTEMS } from '../../shared/primitives/device-words.ts';

const WEBKIT = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';
const BLINK = 'AppleWebKit/537.36 (KHTML, like Gecko)';

describe('described-device', () => {
  it.each([
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${BLINK} Chrome/140.0.0.0 Safari/537.36`, 'Chrome', 'Windows'],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${BLINK} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`,
      'Edge',
      'Windows',
    ],
    [`Mozilla/5.0 (Windows NT 10.0) ${BLINK} Chrome/64.0.3282.140 Safari/537.36 Edge/18.17763`, 'Edge', 'Windows'],
    [`Mozilla/5.0 (X11; Linux x86_64) ${BLINK} Chrome/140.0.0.0 Safari/537.36 OPR/121.0.0.0`, 'Opera', 'Linux'],
    ['Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'Firefox', 'Linux'],
    ['Mozilla/5.0 (Android 15; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0', 'Firefox', 'Android'],
    [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Version/18.6 Safari/605.1.15`, 'Safari', 'mac'],
    [
      `Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) ${WEBKIT} Version/18.6 Mobile/15E148 Safari/604.1`,
      'Safari',
      'iPhone',
    ],
    [
      `Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) ${WEBKIT} Version/12.1 Mobile/15E148 Safari/604.1`,
      'Safari',
      'iPad',
    ],
    [
      `Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) ${WEBKIT} CriOS/140.0 Mobile/15E148 Safari/604.1`,
      'Chrome',
      'iPhone',
    ],
    [
      `Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) ${WEBKIT} FxiOS/143.0 Mobile/15E148 Safari/605.1.15`,
      'Firefox',
      'iPhone',
    ],
    [
      `Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) ${WEBKIT} EdgiOS/140.0 Version/18.0 Mobile/15E148 Safari/604.1`,
      'Edge',
      'iPhone',
    ],
    [
      `Mozilla/5.0 (Linux; Android 14; SM-S921B) ${BLINK} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`,
      'Samsung Internet',
      'Android',
    ],
    [`Mozilla/5.0 (Linux; Android 10; K) ${BLINK} Chrome/140.0.0.0 Mobile Safari/537.36`, 'Chrome', 'Android'],
    [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${BLINK} Chrome/140.0.0.0 Safari/537.36`, 'Chrome', 'ChromeOS'],
    [
      `Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/UQ1A; wv) ${BLINK} Version/4.0 Chrome/140.0.0.0 Mobile Safari/537.36`,
      'app',
      'Android',
    ],
    [`Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) ${WEBKIT} Mobile/15E148`, 'app', 'iPhone'],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${BLINK} Bookshelf/1.0 Chrome/138.0.0.0 Electron/37.2.0 Safari/537.36`,
      'app',
      'Windows',
    ],
    ['Dart/3.9 (dart:io)', 'app', null],
    ['okhttp/4.12.0', 'app', null],
    ['Dalvik/2.1.0 (Linux; U; Android 14; Pixel 8 Build/UQ1A)', 'app', 'Android'],
    ['Bookshelf/42 CFNetwork/1568.100.1 Darwin/24.0.0', 'app', null],
    ['Ktor client', 'app', null],
    ['curl/8.5.0', null, null],
    ['python-requests/2.32.3', null, null],
    ['', null, null],
    [undefined, null, null],
  ])('reads %s', (userAgent, program, system) => {
    expect(describedDevice(userAgent)).toEqual({ program, system });
  });

  it('never gives back anything but words of its own lists', () => {
    const marks = fc.constantFrom('Chrome/', 'iPhone', '; wv)', 'Windows', '<b>', '\r\nX-Note: x@example.org', 'Edg/1');
    const headers = fc.array(fc.oneof(fc.string({ unit: 'binary' }), marks), { maxLength: 8 });

    fc.assert(
      fc.property(headers, (parts) => {
        const { program, system, kind } = seenDevice(parts.join(' '));

        expect([null, ...DEVICE_PROGRAMS]).toContain(program);
        expect([null, ...DEVICE_SYSTEMS]).toContain(system);
        expect(DEVICE_KINDS).toContain(kind);
      }),
    );
  });

  it('reads the beginning of an endless header alone', () => {
    expect(describedDevice(`${'x'.repeat(600)} Firefox/143.0 (Windows)`)).toEqual({ program: null, system: null });
  });

  it.each([
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${BLINK} Chrome/140.0.0.0 Safari/537.36`, 'desktop'],
    [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${BLINK} Chrome/140.0.0.0 Safari/537.36`, 'desktop'],
    [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Version/18.6 Safari/605.1.15`, 'desktop'],
    [`Mozilla/5.0 (Linux; Android 10; K) ${BLINK} Chrome/140.0.0.0 Mobile Safari/537.36`, 'phone'],
    [`Mozilla/5.0 (Linux; Android 10; K) ${BLINK} Chrome/140.0.0.0 Safari/537.36`, 'tablet'],
    ['Mozilla/5.0 (Android 15; Tablet; rv:143.0) Gecko/143.0 Firefox/143.0', 'tablet'],
    [`Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) ${WEBKIT} Mobile/15E148`, 'phone'],
    [`Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) ${WEBKIT} Version/12.1 Mobile/15E148 Safari/604.1`, 'tablet'],
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'other'],
    ['Dalvik/2.1.0 (Linux; U; Android 14; Pixel 8 Build/UQ1A)', 'other'], // the same on a phone and on a tablet
    ['Dart/3.9 (dart:io)', 'other'],
    ['curl/8.5.0', 'other'],
    ['', 'other'],
    [undefined, 'other'],
  ])('takes %s for a device of the kind %s', (userAgent, kind) => {
    expect(seenDevice(userAgent).kind).toBe(kind);
  });
});
