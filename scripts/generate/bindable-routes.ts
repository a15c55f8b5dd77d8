import type { Contract } from '../../shared/contract/contract.ts';
import { bindableRoutesOf } from '../../shared/contract/step-up.ts';

/** The module that names the routes whose requests a proof can be bound to: reauthenticate doesn't load all contracts for it. */
export const bindableRoutesModule = (contracts: readonly Contract[]): string => {
  const routes = bindableRoutesOf(contracts.filter((contract) => contract.trigger === 'http'));
  return `// Written by \`npm run generate\` from the manifest.

/** Routes that ask for a fresh session, always or of some requests: what \`action\` of reauthenticate can name. */
export const BINDABLE_ROUTES: readonly string[] = [
${routes.map((route) => `  '${route}',`).join('\n')}
];
`;
};
