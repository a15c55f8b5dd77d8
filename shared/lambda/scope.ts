import type { Dynamo } from '../aws/dynamo.ts';
import type { Contract } from '../contract/contract.ts';
import type { Keyring } from '../keyring/keyring.ts';
import type { Config } from '../settings/config.ts';
import type { SettingOf } from '../settings/contract-settings.ts';
import type { SettingName, SettingsOf } from '../settings/setting-names.ts';
import type { Runtime } from './runtime.ts';

/** What every flow and every provider is given. */
type Ambient = Pick<Runtime, 'clock' | 'randomness' | 'log'>;

/** What one function has. */
interface ScopeOf<Settings> extends Omit<Runtime, 'config'> {
  config: Omit<Config, 'settings'>;
  settings: Settings;
  /** What another provider makes: made when it is first asked for, and shared by all who ask within one function. */
  use<Made>(provider: (scope: this) => Made): Made;
}

/** What a provider is given. It asks for the settings that it reads by their names, and for the ports as `Scope<…> & Ports`. */
export type Scope<Setting extends SettingName = never> = ScopeOf<SettingsOf<Setting>>;

/** The way to stored rows, and the keys. */
export interface Ports {
  dynamo: Dynamo;
  keyring: Keyring;
}

/** Opens ports: `openDynamo`, `openKeyring`. A function that doesn't name one doesn't load its client either. */
export type PortOpeners = { readonly [Port in keyof Ports]?: (scope: Scope) => Ports[Port] | Promise<Ports[Port]> };

/** A scope with the ports that were opened. */
export type ScopeWith<Settings, Openers extends PortOpeners> = ScopeOf<Settings> &
  Pick<Ports, keyof Ports & keyof Openers>;

/** Makes one thing that flows are given. It lives beside what it makes. */
export type Provider<Given = never, Made = unknown> = (scope: Given) => Made;

/** Fails where a provider reads a setting or a port that the function doesn't have. */
export type Satisfied<Used, Given> =
  Used extends Readonly<Record<keyof Used, Provider<Given>>>
    ? unknown
    : {
        'reads a setting or a port that the function is not given': {
          [Name in keyof Used]: Used[Name] extends Provider<Given> ? never : Name;
        }[keyof Used];
      };

/** What a flow is given: what the providers make, beside what every flow is given. */
export type Provided<Used> = Ambient & {
  [Name in keyof Used]: Used[Name] extends Provider<never, infer Made> ? Awaited<Made> : never;
};

/** Opens the scope of one function. @throws what the openers throw; nothing of a scope that failed is used again */
export const openScope = async <Settings, Openers extends PortOpeners>(
  { config: { settings, ...config }, ...runtime }: Runtime<Settings>,
  ports: Openers,
): Promise<ScopeWith<Settings, Openers>> => {
  const made = new Map<unknown, unknown>();
  const scope = {
    ...runtime,
    config,
    settings,
    use: (provider: (given: unknown) => unknown) => {
      if (!made.has(provider)) made.set(provider, provider(scope));
      return made.get(provider);
    },
  };
  for (const [port, open] of Object.entries(ports))
    Object.assign(scope, { [port]: await open(scope as unknown as Scope) });
  return scope as unknown as ScopeWith<Settings, Openers>;
};

/** What a handler that isn't called over HTTP declares. `serve` is the one for HTTP. */
export type Wiring<Of extends Contract, Openers extends PortOpeners, Used extends object, Run> = {
  contract: Of;
  /** The ports that the providers need; left out where they need none. */
  ports?: Openers;
  uses: Used;
  flow: (deps: NoInfer<Provided<Used>>) => Run;
} & Satisfied<NoInfer<Used>, ScopeWith<SettingsOf<SettingOf<NoInfer<Of>>>, Openers>>;

/** Makes what a flow is given, in a scope that is open. */
export const provideIn = async <Used extends object>(scope: Scope, uses: Used): Promise<Provided<Used>> => {
  const { clock, randomness, log } = scope;
  const made = Object.entries(uses as Record<string, Provider<typeof scope>>).map(
    async ([name, provider]) => [name, await scope.use(provider)] as const,
  );
  return { clock, randomness, log, ...Object.fromEntries(await Promise.all(made)) } as Provided<Used>;
};

/** Opens a scope, and makes what a flow is given. */
export const provide = async <Used extends object>(
  runtime: Runtime<unknown>,
  { ports = {}, uses }: { ports: PortOpeners | undefined; uses: Used },
): Promise<Provided<Used>> => provideIn((await openScope(runtime, ports)) as unknown as Scope, uses);
