// Who may import whom (docs: CONTRIBUTING.md). test/structure/imports.test.ts runs it, and breaks each rule once.
// By hand: npx depcruise functions shared local web infra bench scripts test/catalogue

/** The rooms of `shared/`, each above those that it may import. One order holds for all of them, so there is no circle. */
const ROOMS = [
  'primitives',
  'contract',
  'aws',
  'settings',
  'keyring',
  'observability',
  'lambda',
  'outbox',
  'callers',
  'captcha',
  'limits',
  'sms',
  'account',
  'devices',
  'session',
  'two-factor',
  'data-export',
  'idempotency',
  'http',
];

/** Names and units of what is measured: infra makes alarms of them. */
const METRICS_TABLE = '^shared/observability/metrics\\.ts$';

/** The library of phone numbers weighs more than a flow: one file loads it, and what needs numbers loads that file. */
const PHONE_NUMBER_FILE = '^shared/primitives/phone-number\\.ts$';

/** The same for the library of user agents (docs/adr/0060-sessions-and-their-devices.md). */
const USER_AGENT_FILE = '^shared/primitives/described-device\\.ts$';

const HANDLER = '^functions/[^/]+/handler\\.ts$';
const MANIFEST = '^functions/manifest\\.ts$';
const SDK = 'node_modules/@aws-sdk/';

/** node:url is IDNA, a pure function (docs/adr/0008-ascii-local-parts.md). */
const PRIMITIVES = ['^shared/primitives/', '^(?:url|crypto)$'];

const TYPES_ARE_FINE = { dependencyTypesNot: ['type-only'] };

const rule = (name, from, to) => ({ name, severity: 'error', from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    rule('every import is found', {}, { couldNotResolve: true }),
    rule('no file imports itself by way of others', {}, { circular: true }),
    rule(
      'primitives import nothing of ours',
      { path: '^shared/primitives/', pathNot: [PHONE_NUMBER_FILE, USER_AGENT_FILE] },
      { pathNot: PRIMITIVES },
    ),
    // The library of phone numbers is rules and tables, no I/O (docs/adr/0010-phone-numbers.md).
    rule(
      'primitives import nothing of ours',
      { path: PHONE_NUMBER_FILE },
      { pathNot: [...PRIMITIVES, 'node_modules/libphonenumber-js/mobile/es6/'] },
    ),
    rule(
      'primitives import nothing of ours',
      { path: USER_AGENT_FILE },
      { pathNot: [...PRIMITIVES, 'node_modules/bowser/'] },
    ),
    rule('one file imports the library of user agents', { pathNot: USER_AGENT_FILE }, { path: 'node_modules/bowser/' }),
    rule(
      'one file imports the library of phone numbers',
      { pathNot: PHONE_NUMBER_FILE },
      { path: 'node_modules/libphonenumber-js/' },
    ),
    ...ROOMS.map((room, index) =>
      rule(
        'a room imports only rooms below it',
        { path: `^shared/${room}/` },
        { path: '^shared/', pathNot: `^shared/(?:${ROOMS.slice(0, index + 1).join('|')})/` },
      ),
    ),
    rule(
      'every room has its place in the order',
      { path: '^shared/', pathNot: `^shared/(?:${ROOMS.join('|')})/` },
      { path: '' },
    ),
    rule('the SDK is behind its ports', { path: '^shared/', pathNot: '^shared/aws/' }, { path: SDK }),
    rule(
      'the SDK is behind its ports',
      { path: '^functions/', pathNot: '^functions/(?:deliver-messages|rotate-keyring)/' },
      { path: SDK },
    ),
    rule('a flow knows nothing of AWS', { path: '/flow\\.ts$' }, { path: `${SDK}|node_modules/@types/aws-lambda/` }),
    rule('rules do no I/O', { path: '-policy\\.ts$' }, { path: '^shared/aws/', ...TYPES_ARE_FINE }),
    rule(
      'shared imports no functions, infra or local',
      { path: '^shared/' },
      { path: '^(?:functions|infra|local|test)/' },
    ),
    rule(
      'what is deployed imports no tools and no tests',
      { path: '^(?:shared|functions|infra|web)/' },
      { path: '^(?:bench|scripts|test)/' },
    ),
    rule(
      'flows never import each other',
      { path: '^functions/([^/]+)/' },
      { path: '^functions/', pathNot: ['^functions/$1/', MANIFEST] },
    ),
    rule(
      'a contract is data',
      { path: '^functions/[^/]+/contract\\.ts$' },
      { pathNot: ['node_modules/zod/mini/', '^shared/(?:contract|primitives)/'] },
    ),
    rule(
      'infra imports contracts and no runtime code',
      { path: '^infra/' },
      {
        path: '^(?:shared|functions|local|web|bench|scripts|test)/',
        pathNot: ['^shared/(?:contract|settings)/', MANIFEST, METRICS_TABLE],
      },
    ),
    // The benchmark, the attack suites and the probes of a deployment send its requests each in their own way.
    rule(
      'the catalogue of good requests knows no transport',
      { path: '^test/catalogue/' },
      { path: '', pathNot: ['^test/catalogue/', '^shared/contract/', 'node_modules/(?:otplib|argon2)/'] },
    ),
    rule('the table of metrics is data', { path: METRICS_TABLE }, { path: '', ...TYPES_ARE_FINE }),
    rule('a handler is imported by local and the bundler alone', { pathNot: '^local/' }, { path: HANDLER }),
  ],
  options: {
    // TypeScript 7 has no API that a parser could be made of; swc reads its syntax, and tells types from values.
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    // They import files of the commit that they are copied into, and packages of their own folder.
    exclude: { path: ['^bench/against/adapters/', '^bench/peers/(?:node_modules/|[^/]+[.]mjs$)'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
