import { type PresentedDevice, presentedDevice } from '../../shared/devices/device-cookie.ts';

/** What a sign-in brings beside the password that may let it past the limit of its address. */
export interface PresentedPasses extends PresentedDevice {
  /** Of a mailed link; `null` where none came, or a text that can't be one. */
  linkToken: string | null;
}

/** Reads what a sign-in brings beside its password. */
export const presentedPasses = (
  body: Parameters<typeof presentedDevice>[0] & { link_token?: string | null | undefined },
  cookies: Readonly<Record<string, string>>,
): PresentedPasses => ({ ...presentedDevice(body, cookies), linkToken: body.link_token ?? null });
