import { outside } from './outside.ts';

/** Of the process: a suite's own `node:module` loads into its realm. */
const { createRequire } = outside.process.getBuiltinModule('node:module');

const { shareRealm } = createRequire(import.meta.filename)('./share-realm.js');
const { forgetEnvironment } = createRequire(import.meta.filename)('./forget-environment.js');
const { quietColdStarts } = createRequire(import.meta.filename)('./quiet-cold-starts.js');

shareRealm(globalThis);
forgetEnvironment();
quietColdStarts();
globalThis.process = outside.process; // jest's has a copy of the environment
