import { types } from "node:util";

/**
 * Jest runs tests in a realm of their own, in which the errors of Node's own modules (a reset connection) are not
 * `instanceof Error`; the AWS SDK asks just that. Import this first where such errors must be seen as users see them.
 */
Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, value: unknown): boolean {
    if (this === Error) return types.isNativeError(value) || value instanceof DOMException;
    return Function.prototype[Symbol.hasInstance].call(this, value);
  },
});
