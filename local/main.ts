import { explainStartError } from './explain-start-error.ts';
import { type StartOptions, startOptions } from './start-options.ts';
import { startService } from './start-service.ts';

let options: StartOptions | null = null;
try {
  options = startOptions(process.env);
  const service = await startService(options);
  console.log(`Keyturn API  ${service.apiUrl}`);
  console.log(`Inbox        ${service.inboxUrl}`);
  console.log(`First call   curl -s ${service.apiUrl}/accounts -d email=you@example.com   (then look into the inbox)`);

  let stopping = false;
  const stop = (exitCode: number): void => {
    if (stopping) return; // Ctrl-C reaches the whole process group, and npm forwards its own
    stopping = true;
    void service.close().then(() => process.exit(exitCode));
  };
  process.on('SIGINT', () => stop(0)).on('SIGTERM', () => stop(0));

  const { message } = await service.lost;
  console.error(message);
  stop(1);
} catch (error) {
  console.error(explainStartError(error, options));
  process.exit(1);
}
