import { makeMailReferences } from '../../shared/account/mail-reference.ts';
import { openDynamo } from '../../shared/aws/connect-dynamo.ts';
import { openKeyring } from '../../shared/keyring/open-keyring.ts';
import { processRuntime } from '../../shared/lambda/runtime.ts';
import type { Scope } from '../../shared/lambda/scope.ts';
import { serveStream } from '../../shared/lambda/stream-handler.ts';
import { provideOutbox, rowNameOf } from '../../shared/outbox/outbox.ts';
import { provideSmsBudget } from '../../shared/sms/sms-budget.ts';
import { provideDeadLetters } from './connect-dead-letters.ts';
import { deliverMessages } from './contract.ts';
import { provideDraftMail } from './draft-mail.ts';
import { provideDraftSms } from './draft-sms.ts';
import { makeDeliverMessage } from './flow.ts';
import { provideTellBySms } from './lost-mail.ts';
import { provideMailer } from './mail/connect-ses.ts';
import { provideNoteDeadLetter } from './note-dead-letter.ts';
import { provideSmsSender } from './sms/provide-sms-sender.ts';
import { isOwnFault } from './why-given-up.ts';

export const wire = serveStream({
  contract: deliverMessages,
  ports: { dynamo: openDynamo, keyring: openKeyring },
  uses: {
    outbox: provideOutbox(isOwnFault),
    draftMail: provideDraftMail,
    draftSms: provideDraftSms,
    mailer: provideMailer,
    mailReferences: makeMailReferences,
    tellBySms: provideTellBySms,
    smsSender: provideSmsSender,
    smsBudget: provideSmsBudget,
    deadLetters: provideDeadLetters,
    noteDeadLetter: provideNoteDeadLetter,
    settings: ({ settings }: Scope<'defaultLanguage' | 'messages' | 'productName' | 'publicUrl'>) => settings,
  },
  flow: makeDeliverMessage,
  input: (partitionKey) => ({ partitionKey, rowName: rowNameOf(partitionKey) }),
});

export const handler = wire(processRuntime(deliverMessages));
