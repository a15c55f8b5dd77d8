import { getParser } from 'bowser';
import type { DeviceKind, DeviceProgram, DeviceSystem } from './device-words.ts';

/** What a device says that it is, in words of closed lists; `null` where it says nothing that is known. */
export interface DescribedDevice {
  program: DeviceProgram | null;
  system: DeviceSystem | null;
}

/** The same with the kind of device that it is. */
export interface SeenDevice extends DescribedDevice {
  kind: DeviceKind;
}

/** Of a longer header the rest says nothing more. */
const READ_LENGTH = 512;

/** What apps use to send requests, and the web views and shells that their pages are shown in: the library takes them for browsers. */
const APP_MARK =
  /^Dart\/|^okhttp\/|\bCFNetwork\/|^Ktor\b|^Dalvik\/|; wv\)|\bElectron\/|\b(?:iPhone|iPad|iPod)\b(?!.*\bSafari\/)/;

/** Apps that say the same of themselves on phones and on tablets. */
const KIND_UNTOLD = /^Dalvik\//;

/** Of the library's names those that are a word of ours. */
const PROGRAMS: ReadonlyMap<string, DeviceProgram> = new Map([
  ['Microsoft Edge', 'Edge'],
  ['Opera', 'Opera'],
  ['Opera Touch', 'Opera'],
  ['Samsung Internet for Android', 'Samsung Internet'],
  ['Firefox', 'Firefox'],
  ['Chrome', 'Chrome'],
  ['Chromium', 'Chrome'],
  ['Safari', 'Safari'],
]);

/** Likewise; iOS is told apart by the kind of device. */
const SYSTEMS: ReadonlyMap<string, DeviceSystem> = new Map([
  ['Android', 'Android'],
  ['Windows', 'Windows'],
  ['Chrome OS', 'ChromeOS'],
  ['macOS', 'mac'],
  ['Linux', 'Linux'],
]);

/** Likewise; televisions and crawlers are something else. */
const KINDS: ReadonlyMap<string, DeviceKind> = new Map([
  ['mobile', 'phone'],
  ['tablet', 'tablet'],
  ['desktop', 'desktop'],
]);

/**
 * Reads a User-Agent header for people. The header is a stranger's text that reaches an owner's mail and lists, so nothing of it
 * comes through: the answer is of closed lists. It is what the device says of itself, and proves nothing.
 *
 * @param userAgent the header as it came
 * @see RFC 9110 §10.1.5; docs/adr/0060
 */
export const seenDevice = (userAgent: string | undefined): SeenDevice => {
  const text = userAgent?.slice(0, READ_LENGTH) ?? '';
  if (text === '') return { program: null, system: null, kind: 'other' };
  const parser = getParser(text, true); // each part is read when it is asked for
  const osName = parser.getOSName();
  const kind = KINDS.get(parser.getPlatformType()) ?? (osName === 'Chrome OS' ? 'desktop' : 'other');
  const iosDevice = kind === 'tablet' ? 'iPad' : 'iPhone';
  return {
    program: APP_MARK.test(text) ? 'app' : (PROGRAMS.get(parser.getBrowserName()) ?? null),
    system: osName === 'iOS' ? iosDevice : (SYSTEMS.get(osName) ?? null),
    kind: KIND_UNTOLD.test(text) ? 'other' : kind,
  };
};

/** The same for a message, which names no kind. */
export const describedDevice = (userAgent: string | undefined): DescribedDevice => {
  const { program, system } = seenDevice(userAgent);
  return { program, system };
};
