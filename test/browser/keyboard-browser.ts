/** What a person without a mouse and a script has of a browser: an address bar and a keyboard. */
export interface KeyboardBrowser {
  /** Waits until the page and all that belongs to it is there. */
  open(address: string): Promise<void>;
  /** Presses keys: `\t` is Tab, `\n` is Enter, and all others are what they write. */
  press(keys: string): Promise<void>;
  /** What the address bar says. */
  address(): Promise<string>;
  close(): Promise<void>;
}

/** A browser that may be on this machine. */
export interface BrowserKind {
  name: string;
  /** `null` where there is none. */
  executablePath: string | null;
  /** Starts it with a profile of its own. */
  start(options: { runsScripts: boolean }): Promise<KeyboardBrowser>;
}
