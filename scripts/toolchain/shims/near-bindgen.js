/* Stands in for near-sdk-js's lib/near-bindgen.js: the decorators are markers for contract-exports.ts. */
const marker = () => () => {};
export const migrate = marker;
export const initialize = marker;
export const view = marker;
export const call = marker;
export const middleware = marker;
export const NearBindgen = marker;
