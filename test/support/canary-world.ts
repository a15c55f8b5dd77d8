import type { RouteTarget } from '../../local/gateway/match-route.ts';
import { type GatewayHandler, startGateway } from '../../local/gateway/start-gateway.ts';
import { canaryEmail } from '../../shared/contract/canary.ts';
import { gatewayRoutesOf } from '../../shared/contract/gateway-routes.ts';
import type { SettingsInput } from '../../shared/settings/settings.ts';
import { httpContracts } from './fixtures.ts';
import { CANARY_ACCOUNT_ID, startWorld, type World } from './world.ts';

/** The address of the canary in every world. */
export const CANARY_EMAIL = canaryEmail(CANARY_ACCOUNT_ID);

/** A request of the canary: its route, and its body as text and its bearer token; `null` for none. */
interface CanaryRequest {
  routeKey: string;
  body: string | null;
  token: string | null;
}

/** A world whose canary calls it over HTTP, as it calls a deployment. */
export interface CanaryWorld {
  world: World;
  /** What the canary has sent, oldest first. */
  requests: CanaryRequest[];
  /** Answers one flow in its place, or lets it answer again. @param answer `null` for its own */
  answerFor(flow: string, answer: { statusCode: number; body: string } | null): void;
  /** Runs the canary once. @returns its log lines, parsed */
  run(): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** Makes it. @param settings what differs from a world's usual */
export const startCanaryWorld = async ({
  settings = {},
  captchaSecret,
}: {
  settings?: Partial<SettingsInput>;
  captchaSecret?: string;
} = {}): Promise<CanaryWorld> => {
  const requests: CanaryRequest[] = [];
  const answers = new Map<string, object>();
  let answering: World | null = null;

  const targetOf =
    (flow: string): GatewayHandler =>
    async (event) => {
      const { routeKey, isBase64Encoded: isEncoded, headers: sent } = event;
      const body = event.body === undefined ? null : Buffer.from(event.body, isEncoded ? 'base64' : 'utf8').toString();
      requests.push({ routeKey, body, token: sent.authorization?.replace('Bearer ', '') ?? null });
      const instead = answers.get(flow);
      if (instead || !answering) return instead;
      const { status, headers, text, cookies } = await answering.call(flow, event);
      const isBase64Encoded = headers['content-encoding'] !== undefined;
      return { statusCode: status, headers, body: text, isBase64Encoded, ...(cookies && { cookies }) };
    };
  const routes: RouteTarget<GatewayHandler>[] = httpContracts.flatMap((contract) =>
    gatewayRoutesOf(contract).map(({ method, path }) => ({ method, path, target: targetOf(contract.flow) })),
  );
  const gateway = await startGateway({ port: 0, routes, allowedOrigins: [] });
  const world = await startWorld({
    settings,
    canaryAddress: `http://127.0.0.1:${gateway.port}`,
    ...(captchaSecret !== undefined && { captchaSecret }),
  });
  answering = world;

  return {
    world,
    requests,
    answerFor: (flow, answer) => {
      if (answer) answers.set(flow, answer);
      else answers.delete(flow);
    },
    run: async () => {
      const from = world.logs.length;
      await world.run('run-canary');
      return world.logs
        .slice(from)
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter(({ event }) => event === 'canary-step' || event === 'canary-run');
    },
    close: async () => {
      await gateway.close();
      await world.close();
    },
  };
};
