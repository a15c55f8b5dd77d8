import type { DescribedDevice } from '../../../shared/primitives/described-device.ts';
import { formatDuration } from './format-duration.ts';
import { formatInstant } from './format-instant.ts';
import type { Message } from './message.ts';
import type { Body, Frame } from './message-frame.ts';
import { noticeBody } from './notice-body.ts';
import { sayDevice } from './say-device.ts';

const sayFrom = (
  { device, network, country }: { device: DescribedDevice; network: string | null; country?: string | undefined },
  { texts: { locale, newDevice, device: devices } }: Frame,
): string => {
  const said = sayDevice(device, devices);
  const from = network === null ? newDevice.fromUnknown({ device: said }) : newDevice.from({ device: said, network });
  if (country === undefined) return from;
  const name = new Intl.DisplayNames([locale], { type: 'region' }).of(country) ?? country;
  return `${from} ${newDevice.inCountry({ country: name })}`;
};

/** Writes the message with the code of a sign-in from a new device. It has no link that completes anything: the code is for the device. */
export const signInCodeBody = (message: Extract<Message, { kind: 'sign-in-code' }>, frame: Frame): Body => {
  const { texts, product, pageUrl } = frame;
  const say = texts.newDevice.code;
  const { clock, ...at } = formatInstant({ instant: message.requestedAt, locale: texts.locale });
  const duration = formatDuration({ seconds: message.validSeconds, locale: texts.locale });
  return {
    subject: say.subject({ product, clock }),
    preheader: say.preheader({ duration }),
    heading: say.heading,
    blocks: [
      { kind: 'paragraph', text: say.intro({ product, ...at }) },
      { kind: 'paragraph', text: sayFrom(message, frame) },
      { kind: 'code', label: say.codeLabel, code: message.code },
      { kind: 'paragraph', text: say.validity({ duration }) },
      { kind: 'note', text: say.secrecy({ product }) },
      { kind: 'paragraph', text: say.ifNotYou },
      { kind: 'steps', items: say.steps },
      { kind: 'link', label: say.action, url: pageUrl('not-me') },
    ],
  };
};

/** Writes the notice of one that was complete. */
export const newDeviceBody = (message: Extract<Message, { kind: 'new-device' }>, frame: Frame): Body =>
  noticeBody({
    say: frame.texts.newDevice.notice,
    happenedAt: message.happenedAt,
    details: [sayFrom(message, frame)],
    remedy: message.veto && { link: message.veto, page: 'not-my-sign-in', texts: frame.texts.newDevice.veto },
    frame,
  });
