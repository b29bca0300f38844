/** The contract through near-kit: `mpc-recovery/transport/near-kit`. Imports nothing of it: it takes the caller's. */
import type { AccountId } from "../../../contract/src/protocol/brand.ts";
import type { ReadContract } from "../client/read-contract.ts";
import { signerKey } from "../crypto/key-texts.ts";
import { libraryCaller, libraryReader } from "./library-transport.ts";
import type { Transport } from "./transport.ts";

export type { Transport } from "./transport.ts";

/** What is used of near-kit's `Near`. */
export interface NearKit {
  readonly rpc: { call(method: string, params: unknown): Promise<unknown> };
  transaction(signerId: string): {
    functionCall(
      contractId: string,
      method: string,
      args: Uint8Array,
      options: { readonly gas: `${number}`; readonly attachedDeposit: `${bigint} yocto` },
    ): { send(options: { readonly waitUntil: "FINAL" }): Promise<unknown> };
  };
}

/** Whose calls near-kit signs: its key store has the secret key of `signerKey`. */
export interface NearKitSigner {
  readonly accountId: string;
  /** `ed25519:…`: the access key in near-kit's key store. */
  readonly signerKey: string;
}

const LIBRARY = "near-kit";

/** Views, without keys. */
export function nearKitReader(near: Pick<NearKit, "rpc">, contractId: string): ReadContract {
  return libraryReader(LIBRARY, contractId, (method, params) => near.rpc.call(method, params));
}

/** Views and calls. Throws KeyError when the signer's key isn't ed25519. */
export function nearKitTransport(near: NearKit, contractId: string, signer: NearKitSigner): Transport {
  const { accountId } = signer;
  return {
    reader: nearKitReader(near, contractId),
    caller: libraryCaller(
      { accountId: accountId as AccountId, signerKey: signerKey(signer.signerKey) },
      ({ method, args, gas, depositYocto }) =>
        near
          .transaction(accountId)
          .functionCall(contractId, method, args, {
            gas: String(gas) as `${number}`,
            attachedDeposit: `${depositYocto} yocto`,
          })
          .send({ waitUntil: "FINAL" }),
    ),
  };
}
