/** Where the SDK's own codes are explained; the contract's are in docs/protocol.md. A test finds every anchor. */
export function clientDocsPath(code: string): string {
  return `docs/errors.md#${code.toLowerCase()}`;
}
