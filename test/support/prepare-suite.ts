import { runInThisContext } from 'node:vm';

/** Of the process: a suite's own `node:module` loads into its realm. */
const { createRequire } = (runInThisContext('process') as typeof process).getBuiltinModule('node:module');

const { shareRealm } = createRequire(import.meta.filename)('./share-realm.js');

shareRealm(globalThis);
