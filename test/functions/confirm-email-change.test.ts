import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { beginEmailChange, confirmEmailChange } from '../support/email-change.ts';
import { getProfile, newAddress, signIn, signUpSomebody } from '../support/journeys.ts';
import { startWorld, type World } from '../support/world.ts';

describe('confirm-email-change', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  it('switches', async () => {
    const owner = await signUpSomebody(world);
    const email = newAddress();
    const tokens = await beginEmailChange(world, owner, email);
    console.log((await getProfile(world, owner)).text);
    for (const mail of [...(await world.mailsTo(owner.email)), ...(await world.mailsTo(email))])
      console.log(mail.subject, mail.text);
    console.log((await confirmEmailChange(world, tokens.old)).text);
    console.log((await confirmEmailChange(world, tokens.old)).text);
    console.log((await confirmEmailChange(world, tokens.new)).text);
    console.log((await signIn(world, owner.email)).text, (await signIn(world, email)).text);
    console.log(await world.deliver());
    for (const mail of [(await world.mailsTo(owner.email))[0], (await world.mailsTo(email))[0]])
      console.log(mail?.subject, mail?.text);
  });
});
