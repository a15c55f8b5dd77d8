import { startService } from './start-service.ts';

const DEFAULTS = { PORT: '3000', INBOX_PORT: '8025', DATA_DIR: '.keyturn' };

const setting = (name: keyof typeof DEFAULTS): string => process.env[name] ?? DEFAULTS[name];

const portSetting = (name: 'PORT' | 'INBOX_PORT'): number => {
  const port = Number(setting(name));
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`${name} is ${JSON.stringify(setting(name))}: give a port from 1 to 65535`);
  }
  return port;
};

const explain = (error: unknown): string => {
  const { code, port, message } = error as NodeJS.ErrnoException & { port?: number };
  if (code !== 'EADDRINUSE') return message;
  const name = port === Number(setting('INBOX_PORT')) ? 'INBOX_PORT' : 'PORT';
  return `Port ${port} is taken. Stop what listens there, or choose another: ${name}=${(port ?? 0) + 1} npm start`;
};

try {
  const service = await startService({
    port: portSetting('PORT'),
    inboxPort: portSetting('INBOX_PORT'),
    dataDirectory: setting('DATA_DIR'),
  });
  console.log(`Keyturn API  ${service.apiUrl}`);
  console.log(`Inbox        ${service.inboxUrl}`);
  console.log(`First call   curl -s ${service.apiUrl}/accounts -d email=you@example.com   (then look into the inbox)`);

  let stopping = false;
  const stop = (): void => {
    if (stopping) return; // a terminal sends Ctrl-C to all of us, and npm passes its own on
    stopping = true;
    void service.close().then(() => process.exit(0));
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}
