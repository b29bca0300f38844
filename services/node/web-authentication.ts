import type { TlsPublicKey } from "../../contract/src/protocol/brand.ts";
import { BaseError } from "../../sdk/src/errors/base-error.ts";
import type { ContractView } from "../operations/contract-view.ts";
import { refusal } from "../transport/routes.ts";
import { AuthenticationError } from "../transport/web/authentication-error.ts";
import type { RequestClaim } from "../transport/web/claim.ts";
import { readHeader, requireSignedBy } from "../transport/web/signed-header.ts";
import type { AuthenticRequest, Refused } from "../transport/web/web-server.ts";
import type { HelloIdentity, KeysharePorts } from "./keyshare-routes.ts";

/** How old a view may be that a header is judged by; a request that moves shares is judged again on one of its own. */
export interface ViewAges {
  readonly admitMillis: number;
  /** A service that isn't known may have been registered a moment ago. Strangers cause no more reads than this. */
  readonly refuseMillis: number;
}

/**
 * Judges a request of version 2 by its header: it is for this node and this resource, is valid now, and the TLS key
 * that the contract names as the account's backup service signed it.
 */
export async function authenticate(
  ports: Pick<KeysharePorts, "view">,
  identity: HelloIdentity,
  ages: ViewAges,
  request: { readonly method: string; readonly path: string; readonly header: string | undefined },
): Promise<AuthenticRequest | Refused> {
  try {
    const header = readHeader(request.header);
    const { claim } = header;
    if (claim.direction !== "request") throw otherMessage("direction request", claim.direction);
    for (const name of ["method", "path"] as const) {
      if (claim[name] !== request[name]) throw otherMessage(`${name} ${request[name]}`, claim[name]);
    }
    requireThisNode(claim, identity);
    const view = await viewThatKnows(ports, ages, claim.from);
    const service = view?.backup_service?.public_key;
    if (view === undefined || service === undefined) {
      return refusal(403, "NOT_THE_REGISTERED_SERVICE", "Only the registered backup service is answered.");
    }
    requireSignedBy(header, service);
    requireNotExpired(claim, view);
    return { kind: "authentic", claim, header };
  } catch (error) {
    if (error instanceof BaseError && !(error instanceof AuthenticationError)) {
      return refusal(503, error.code, "The contract can't be read now.");
    }
    if (!(error instanceof AuthenticationError)) throw error;
    return refusal(error.code === "AUTHENTICATION_MALFORMED" ? 400 : 403, error.code, error.shortMessage);
  }
}

async function viewThatKnows(
  { view }: Pick<KeysharePorts, "view">,
  ages: ViewAges,
  from: TlsPublicKey,
): Promise<ContractView | undefined> {
  for (const age of [ages.admitMillis, ages.refuseMillis]) {
    const recent = await view.recent(age);
    if (recent.backup_service?.public_key === from) return recent;
  }
  return undefined;
}

function requireThisNode(claim: RequestClaim, identity: HelloIdentity): void {
  const expected = {
    network: identity.network_id,
    contract: identity.contract_id,
    account: identity.account_id,
    to: identity.tls_public_key,
  };
  for (const name of ["network", "contract", "account", "to"] as const) {
    if (claim[name] === expected[name]) continue;
    throw new AuthenticationError(
      "AUTHENTICATION_OTHER_CONTEXT",
      `Expected a request with ${name} ${expected[name]}, found ${claim[name]}.`,
    );
  }
}

function requireNotExpired({ expires }: RequestClaim, { height }: ContractView): void {
  if (height < expires) return;
  throw new AuthenticationError(
    "AUTHENTICATION_EXPIRED",
    `The request counts until block ${expires}, the contract is at ${height}.`,
  );
}

function otherMessage(expected: string, found: string): AuthenticationError {
  return new AuthenticationError(
    "AUTHENTICATION_OTHER_MESSAGE",
    `Expected a header for ${expected}, found ${found}.`,
  );
}
