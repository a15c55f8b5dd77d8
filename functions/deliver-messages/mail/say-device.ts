import type { DescribedDevice } from '../../../shared/primitives/described-device.ts';
import type { DeviceTexts } from './message-texts.ts';

/** What a device says that it is, in the words of a language. */
export const sayDevice = (
  { program, system }: DescribedDevice,
  { programOn, app, mac, unknown }: DeviceTexts,
): string => {
  const programText = program === 'app' ? app : program;
  const systemText = system === 'mac' ? mac : system;
  if (programText !== null && systemText !== null) return programOn({ program: programText, system: systemText });
  return programText ?? systemText ?? unknown;
};
