import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project. */
export const ROOT_FOLDER = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Everything that test:deploy makes: the emulator, its log, the copy of cdk.json, the synthesised stack. Ignored by git. Who runs
 * two at once names another by DEPLOY_DIR, inside the project too: the CDK's app is looked for upwards from it.
 */
export const WORK_FOLDER = resolve(ROOT_FOLDER, process.env.DEPLOY_DIR ?? '.deploy');

/** The emulator's entry and the behaviours it is corrected in. */
export const EMULATOR_FOLDER = fileURLToPath(new URL('emulator', import.meta.url));

/** Programs that came with `npm ci`; Node 24 is among them. */
export const BIN_FOLDER = fileURLToPath(new URL('../../node_modules/.bin', import.meta.url));
