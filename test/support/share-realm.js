import { types } from 'node:util';

const isErrorOf = (name) => (thing) => Error.isError(thing) && thing.name === name;

/** How a thing of each class is known in all realms. */
const CLASSES = {
  Date: types.isDate,
  Error: Error.isError,
  Map: types.isMap,
  Promise: types.isPromise,
  RangeError: isErrorOf('RangeError'),
  RegExp: types.isRegExp,
  Set: types.isSet,
  SyntaxError: isErrorOf('SyntaxError'),
  TypeError: isErrorOf('TypeError'),
};

const ordinary = Function.prototype[Symbol.hasInstance];

/**
 * Makes `instanceof` true for things of every realm. A suite has a realm of its own; promises and errors pass between it and the
 * packages that run outside of it (run-outside.js), and a deployment has one realm for all.
 *
 * @param realm its global object
 */
export const shareRealm = (realm) => {
  for (const [name, isOne] of Object.entries(CLASSES)) {
    const known = realm[name];
    Object.defineProperty(known, Symbol.hasInstance, {
      configurable: true,
      value(thing) {
        return ordinary.call(this, thing) || (this === known && isOne(thing));
      },
    });
  }
};

shareRealm(globalThis);
