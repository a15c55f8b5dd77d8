import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root. */
export const ROOT_FOLDER = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Folder of everything that test:deploy makes: the emulator, its log, the copy of cdk.json, the synthesised stack.
 * Ignored by git. For parallel runs DEPLOY_DIR names another folder, also inside the project, because npm looks for the
 * CDK's app upwards from it.
 */
export const WORK_FOLDER = resolve(ROOT_FOLDER, process.env.DEPLOY_DIR ?? '.deploy');

/** The emulator's entry point and corrections of its behaviour. */
export const EMULATOR_FOLDER = fileURLToPath(new URL('emulator', import.meta.url));

/** Programs installed by `npm ci`, Node 24 among them. */
export const BIN_FOLDER = fileURLToPath(new URL('../../node_modules/.bin', import.meta.url));
