/** Programs that a device can say it is, by the first of the marks that its User-Agent has. */
const PROGRAM_MARKS = {
  Edge: /\bEdg(?:e|A|iOS)?\//,
  Opera: /\bOPR\/|\bOpera\b/,
  'Samsung Internet': /\bSamsungBrowser\//,
  Firefox: /\b(?:Firefox|FxiOS)\//,
  // What apps use to send requests, and the web views and shells that their pages are shown in.
  app: /^Dart\/|^okhttp\/|\bCFNetwork\/|^Ktor\b|^Dalvik\/|; wv\)|\bElectron\/|\b(?:iPhone|iPad|iPod)\b(?!.*\bSafari\/)/,
  Chrome: /\b(?:Headless)?Chrome\/|\bCriOS\//,
  Safari: /\bSafari\//,
} as const;

/** Systems likewise. An iPad calls itself a Mac where it asks for the pages of one. */
const SYSTEM_MARKS = {
  iPhone: /\biPhone\b|\biPod\b/,
  iPad: /\biPad\b/,
  Android: /\bAndroid\b/,
  Windows: /\bWindows\b/,
  ChromeOS: /\bCrOS\b/,
  mac: /\bMacintosh\b/,
  Linux: /\bLinux\b/,
} as const;

/** A program, as the mail names it; `app` for one that is no browser. */
export type DeviceProgram = keyof typeof PROGRAM_MARKS;
/** A system, by a name that texts turn into its own: `mac` is macOS. */
export type DeviceSystem = keyof typeof SYSTEM_MARKS;

/** All of them, for the schema of what is stored. */
export const DEVICE_PROGRAMS = Object.keys(PROGRAM_MARKS) as [DeviceProgram, ...DeviceProgram[]];
/** Likewise. */
export const DEVICE_SYSTEMS = Object.keys(SYSTEM_MARKS) as [DeviceSystem, ...DeviceSystem[]];

/** What a device says that it is, in words of closed lists; `null` where it says nothing that is known. */
export interface DescribedDevice {
  program: DeviceProgram | null;
  system: DeviceSystem | null;
}

/** Of a longer header the rest says nothing more. */
const READ_LENGTH = 512;

const firstMark = <Name extends string>(marks: Readonly<Record<Name, RegExp>>, text: string): Name | null =>
  (Object.keys(marks) as Name[]).find((name) => marks[name].test(text)) ?? null;

/**
 * Reads a User-Agent header for people. The header is a stranger's text that reaches an owner's mail, so nothing of it comes
 * through: the answer is of closed lists. It is what the device says of itself, and proves nothing.
 *
 * @param userAgent the header as it came
 * @see RFC 9110 §10.1.5
 */
export const describedDevice = (userAgent: string | undefined): DescribedDevice => {
  const text = userAgent?.slice(0, READ_LENGTH) ?? '';
  return { program: firstMark(PROGRAM_MARKS, text), system: firstMark(SYSTEM_MARKS, text) };
};
