import { byId } from "./dom.ts";

/** What the page looks at. */
export interface PageSource {
  readonly contractId: string;
  readonly rpcUrls: readonly string[];
}

const ACCOUNT_ID = /^(?=.{2,64}$)(([a-z\d]+[-_])*[a-z\d]+\.)*([a-z\d]+[-_])*[a-z\d]+$/;

/** The source that the server put into the page, or that stands behind the # of its address; null without one. */
export function givenSource(): PageSource | null {
  const served: unknown = JSON.parse(byId("source").textContent ?? "null");
  if (served !== null) return served as PageSource;
  const fields = new URLSearchParams(location.hash.slice(1));
  const source = { contractId: fields.get("contract") ?? "", rpcUrls: fields.getAll("rpc") };
  return problemOf(source) === null ? source : null;
}

/** The source behind a # for a page's address. */
export function sourceHash({ contractId, rpcUrls }: PageSource): string {
  return `#${new URLSearchParams([["contract", contractId], ...rpcUrls.map((url) => ["rpc", url])])}`;
}

/** What is wrong with a source, for people; null for nothing. */
export function problemOf({ contractId, rpcUrls }: PageSource): string | null {
  if (!ACCOUNT_ID.test(contractId)) return "Give the contract's NEAR account, as mpc.near.";
  if (rpcUrls.length === 0) return "Give the URL of a NEAR RPC endpoint, as https://rpc.example.";
  const bad = rpcUrls.find((url) => !isHttpUrl(url));
  if (bad !== undefined) return `${bad} isn't an http(s) URL.`;
  const hosts = new Set(rpcUrls.map((url) => new URL(url).hostname));
  return hosts.size < rpcUrls.length
    ? "Give each endpoint once: one that is asked twice agrees with itself."
    : null;
}

/** Without URL.canParse, which not all browsers in use have. */
function isHttpUrl(text: string): boolean {
  try {
    return /^https?:$/.test(new URL(text).protocol);
  } catch {
    return false;
  }
}
