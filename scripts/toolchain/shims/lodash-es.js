/* Stands in for lodash-es inside near-sdk-js, whose state decoder is not used: contracts of ours have their own codecs. */
export function cloneDeep() {
  throw new Error("near-sdk-js's state decoder is not available; use the contract's own codecs");
}
