import { isIP } from 'node:net';

/** Where a laptop's service listens and keeps its data, from the environment. */
export interface StartOptions {
  /** An address of this machine, or `0.0.0.0` or `::` for all of them. The inbox listens on 127.0.0.1 in any case. */
  host: string;
  port: number;
  inboxPort: number;
  dataDirectory: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULTS = { HOST: '127.0.0.1', PORT: '3000', INBOX_PORT: '8025', DATA_DIR: '.keyturn' };

const ENDPOINT_VARIABLES = [
  'AWS_ENDPOINT_URL_DYNAMODB',
  'AWS_ENDPOINT_URL_SES',
  'AWS_ENDPOINT_URL_SESV2',
  'AWS_ENDPOINT_URL_SNS',
  'AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2',
];

const PORT_MAX = 65_535;

const shown = (name: string, value: string): string => `${name} is ${JSON.stringify(value)}`;

const portOf = (name: 'PORT' | 'INBOX_PORT', environment: Environment): number => {
  const text = environment[name] ?? DEFAULTS[name];
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0; // refuses 3e3, 0xbb8 and " 3000 "
  if (port < 1 || port > PORT_MAX) throw new Error(`${shown(name, text)}: give a port from 1 to ${PORT_MAX}`);
  return port;
};

const hostOf = ({ HOST: text = DEFAULTS.HOST }: Environment): string => {
  if (text === 'localhost') return DEFAULTS.HOST;
  // A zone (fe80::1%eth0) can't be in a link.
  if (isIP(text) === 0 || text.includes('%'))
    throw new Error(
      `${shown('HOST', text)}: give an address of this machine such as 192.168.1.5, or 0.0.0.0 for all of them`,
    );
  return text;
};

const checkEndpoint = (name: string, text: string): void => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return;
  throw new Error(`${shown(name, text)}: give a URL such as http://127.0.0.1:8000, or leave it out`);
};

/**
 * Reads the environment's settings.
 *
 * @throws Error that names the variable, its value and what is allowed
 */
export const startOptions = (environment: Environment): StartOptions => {
  const port = portOf('PORT', environment);
  const inboxPort = portOf('INBOX_PORT', environment);
  if (port === inboxPort) throw new Error(`PORT and INBOX_PORT are both ${port}: give them two different ports`);
  const dataDirectory = environment.DATA_DIR ?? DEFAULTS.DATA_DIR;
  if (dataDirectory.trim() === '') throw new Error(`${shown('DATA_DIR', dataDirectory)}: name a directory`);
  for (const name of ENDPOINT_VARIABLES) if (environment[name]) checkEndpoint(name, environment[name]);
  return { host: hostOf(environment), port, inboxPort, dataDirectory };
};
