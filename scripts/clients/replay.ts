import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from './generate.ts';
import type { Json, Models, Operation } from './models.ts';
import { readDartModels, readDartOperations } from './read-dart.ts';
import { readSwiftModels, readSwiftOperations } from './read-swift.ts';
import type { Walk } from './walk.ts';

const EMAIL = 'reader@example.com';
const PASSWORD = 'correct horse battery';
const NEW_PASSWORD = 'a much better horse';
const PHONE = '+43 660 1234567';

/** A client whose sources are read. */
interface Sources {
  models: Models;
  operations: Readonly<Record<string, Operation>>;
}

const readFolder = (folder: string): string[] =>
  readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));

const expectThat = (what: string, isSo: boolean): void => {
  if (!isSo) throw new Error(`it is not so that ${what}`);
};

/** The class of a request: generators name its parameter after it. */
const requestClass = (name: string): string =>
  `${name.charAt(0).toUpperCase()}${name.slice(1)}Request`.replace(/^UpdateProfile(?:Put|Patch)/, 'UpdateProfile');

/**
 * Sends what the generated classes write, and reads the answers as they do. Their compilers are not here: JSON and calls are played from the
 * sources.
 */
const replay = async ({ models, operations }: Sources, { baseUrl, env }: Walk): Promise<void> => {
  let token = '';
  const phone = async (what: string, of: string): Promise<string> =>
    (await fetch(`${env.PHONE_URL}/${what}?of=${encodeURIComponent(of)}`)).text();

  const send = async (name: string, fields: Json | null, { userId = '', headers = {} } = {}) => {
    const operation = operations[name];
    if (!operation) throw new Error(`there is no call ${name}`);
    const { method, path, contentType } = operation;
    const model = models[requestClass(name)];
    if (fields && !model) throw new Error(`there is no ${requestClass(name)}`);
    const answer = await fetch(`${baseUrl}${path.replace(/\{user_?id\}/i, userId)}`, {
      method,
      headers: {
        ...headers,
        ...(token !== '' && { authorization: `Bearer ${token}` }),
        ...(fields && contentType && { 'content-type': contentType }),
      },
      ...(fields && model && { body: JSON.stringify(model.write(fields)) }),
    });
    return { answer, body: answer.status === 204 ? {} : ((await answer.json()) as Json), operation };
  };

  /** A call that succeeds; its answer as the generated class reads it. */
  const call = async (name: string, fields: Json | null, more = {}) => {
    const { answer, body, operation } = await send(name, fields, more);
    if (!answer.ok) throw new Error(`${name} was answered ${answer.status} ${JSON.stringify(body)}`);
    const model = models[operation.answer ?? ''];
    if (operation.answer && !model) throw new Error(`there is no ${operation.answer}`);
    // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
    return { read: (model?.read(body) ?? body) as any, etag: answer.headers.get('etag') ?? '' };
  };

  await call('signUp', { email: EMAIL, locale: 'de_AT' });
  await call('completeSignUp', { token: await phone('token', EMAIL), password: PASSWORD });
  await call('requestRecovery', { email: EMAIL });
  const recovery = await phone('token', EMAIL);
  await call('checkResetToken', { reset_token: recovery });
  await call('resetPassword', { token: recovery, new_password: NEW_PASSWORD });

  const wrong = await send('signIn', { email: EMAIL, password: PASSWORD });
  expectThat('the problem is read', models.Problem?.read(wrong.body).code === 'invalid-credentials');
  token = (await call('signIn', { email: EMAIL, password: NEW_PASSWORD })).read.access_token;
  const { secret } = (await call('enrollTotp', {})).read;
  await call('confirmTotp', { code: await phone('totp', secret) });

  token = '';
  const asked = (await call('signIn', { email: EMAIL, password: NEW_PASSWORD })).read;
  expectThat('a second factor is asked for', asked.second_factor_required === true);
  token = asked.challenge_token;
  const proven = (await call('verifyCode', { code: await phone('totp', secret) })).read;
  token = proven.access_token;
  const userId = String(proven.account_id);

  const profile = await call('getProfile', null, { userId });
  const changed = { ...profile.read, name: 'Ada' };
  const written = await call('updateProfilePut', changed, { userId, headers: { 'if-match': profile.etag } });
  expectThat('the profile is written', written.read.name === 'Ada' && written.read.email === EMAIL);

  const sent = (await call('requestVerification', { phone_number: PHONE })).read;
  const added = await call('verifyCode', { code: await phone('code', PHONE), verification_id: sent.verification_id });
  expectThat('the number is a factor', added.read.proves === 'factor');
  token = added.read.session.access_token;
  expectThat('both factors are on', (await call('getTwoFactor', null)).read.factors.length === 2);
  await call('signOut', null);
};

/** Plays what the models of openapi-generator's dart send and read, out of their sources. @throws Error where it can't be generated or compiled, or the walk ends otherwise than it should */
export const replayDart = async (walk: Walk): Promise<void> => {
  const client = join(walk.folder, 'client');
  await generate(walk, 'dart', client);
  const models = readDartModels(readFolder(join(client, 'lib/model')));
  await replay({ models, operations: readDartOperations(readFolder(join(client, 'lib/api'))) }, walk);
};

/** Plays what the models of openapi-generator's swift6 send and read, out of their sources. @throws Error where it can't be generated or compiled, or the walk ends otherwise than it should */
export const replaySwift = async (walk: Walk): Promise<void> => {
  const client = join(walk.folder, 'client');
  await generate(walk, 'swift6', client);
  const sources = join(client, 'Sources/OpenAPIClient');
  const models = readSwiftModels(readFolder(join(sources, 'Models')));
  await replay({ models, operations: readSwiftOperations(readFolder(join(sources, 'APIs'))) }, walk);
};
