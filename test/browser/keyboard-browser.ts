/** What a person without mouse and script has: an address bar and a keyboard. */
export interface KeyboardBrowser {
  /** Waits until the page is loaded. */
  open(address: string): Promise<void>;
  /** Presses keys: `\t` is Tab, `\n` is Enter, others are themselves. */
  press(keys: string): Promise<void>;
  /** Text of the address bar. */
  address(): Promise<string>;
  close(): Promise<void>;
}

/** A browser that may be installed. */
export interface BrowserKind {
  name: string;
  /** `null` if it isn't installed. */
  executablePath: string | null;
  /** Starts it with a new profile. */
  start(options: { runsScripts: boolean }): Promise<KeyboardBrowser>;
}
