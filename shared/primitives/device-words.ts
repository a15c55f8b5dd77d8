/** Programs that a device can say it is, as messages name them; `app` for one that is no browser. */
export const DEVICE_PROGRAMS = ['Edge', 'Opera', 'Samsung Internet', 'Firefox', 'app', 'Chrome', 'Safari'] as const;

/** Systems, by names that texts turn into their own: `mac` is macOS. */
export const DEVICE_SYSTEMS = ['iPhone', 'iPad', 'Android', 'Windows', 'ChromeOS', 'mac', 'Linux'] as const;

/** Kinds of devices; `other` for what is none of these, or doesn't say. */
export const DEVICE_KINDS = ['phone', 'tablet', 'desktop', 'other'] as const;

export type DeviceProgram = (typeof DEVICE_PROGRAMS)[number];
export type DeviceSystem = (typeof DEVICE_SYSTEMS)[number];
export type DeviceKind = (typeof DEVICE_KINDS)[number];
