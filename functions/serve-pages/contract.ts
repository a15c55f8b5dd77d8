import { httpContract, LAYER_PROBLEMS, UNSAFE_PROBLEMS } from '../../shared/contract/contract.ts';
import { STATIC } from '../../shared/contract/throttle.ts';

/** The hosted pages: recovery and sign-up without an app. Also what is at every other address: nothing, said to people by a page. */
export const servePages = httpContract({
  flow: 'serve-pages',
  subject: 'Service',
  routes: [
    {
      method: 'GET',
      path: '/ui/{page+}',
      summary: 'The hosted pages and what they are made of.',
      produces: 'text/html',
    },
  ],
  caller: 'anyone',
  problems: [...LAYER_PROBLEMS, 'not-found'],
  throttle: STATIC,
  unmatched: [...LAYER_PROBLEMS, ...UNSAFE_PROBLEMS, 'not-found'],
  settings: ['defaultLanguage', 'passwords.minimumLength', 'productName'],
  tables: {},
});
