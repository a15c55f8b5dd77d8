import { DEVICE_SECONDS } from '../contract/lifetimes.ts';
import { isVisible } from '../primitives/typed-text.ts';

/**
 * The cookie that keeps a browser's device token. It authenticates nothing: sign-in and refresh-session read it as they read
 * `device_token` of the body, and every other route ignores it.
 * @see RFC 6265bis §4.1.3.2
 */
export const DEVICE_COOKIE = '__Host-device';

/** What a request says of the device that it comes from. */
export interface PresentedDevice {
  /** From the body or else from the cookie, as it came; `null` where the client sent none. */
  deviceToken: string | null;
  /** What the owner calls it; `null` where the client doesn't say. */
  deviceName: string | null;
}

/** Reads what a request says of its device. */
export const presentedDevice = (
  body: { device_token?: string | undefined; device_name?: string | undefined },
  cookies: Readonly<Record<string, string>>,
): PresentedDevice => ({
  deviceToken: body.device_token ?? cookies[DEVICE_COOKIE] ?? null,
  // A name that shows nothing costs the name, not the sign-in.
  deviceName: body.device_name !== undefined && isVisible(body.device_name) ? body.device_name : null,
});

/** The answer of a flow that may complete a sign-in, with the cookie where it does. */
export const withDeviceCookie = <Answer extends object>(answer: Answer): { answer: Answer; cookies?: string[] } => {
  const { device_token: token } = answer as { device_token?: string };
  if (token === undefined) return { answer };
  const cookie = `${DEVICE_COOKIE}=${token}; Path=/; Max-Age=${DEVICE_SECONDS}`;
  return { answer, cookies: [`${cookie}; Secure; HttpOnly; SameSite=Strict`] };
};
