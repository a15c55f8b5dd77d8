import { httpHandler } from '../../shared/http/http-handler.ts';
import { documentReply } from '../../shared/http/reply.ts';
import { processRuntime, type Runtime } from '../../shared/lambda/runtime.ts';
import { findPage } from '../../web/find-page.ts';
import { servePages } from './contract.ts';
import { makeServePages } from './flow.ts';
import { PAGE_HEADERS } from './page-headers.ts';

export const wire = (runtime: Runtime) =>
  httpHandler({
    contract: servePages,
    runtime,
    connect: async () => {
      const { settings } = runtime.config;
      const flow = makeServePages({ ...settings, minimumPasswordLength: settings.passwords.minimumLength, findPage });
      return {
        answer: async (request) => {
          const { contentType, body } = flow(request);
          return documentReply(contentType, body, PAGE_HEADERS);
        },
      };
    },
  });

export const handler = wire(processRuntime(servePages));
