import type { ViewName } from "../../contract/src/interface/arguments.ts";
import { signerKeyBytes } from "../../contract/test/support/keys.ts";
import { runWasm, type Storage } from "../../contract/test/support/wasm-contract.ts";
import type { ReadContract } from "../src/client/read-contract.ts";
import { errorFromExecution } from "../src/errors/contract-error.ts";

/** A reader of the real wasm over a Map, at one height: no chain, so thousands of reads take seconds. */
export function wasmReader(wasm: Uint8Array, storage: Storage, height: number): ReadContract {
  return {
    view: async (method, args) => {
      const { answer, panic } = runWasm(wasm, storage, {
        method: method as ViewName,
        input: JSON.stringify(args),
        caller: "viewer.near",
        signerKey: signerKeyBytes("viewer"),
        height,
        isView: true,
      });
      if (panic !== null) throw errorFromExecution(`Smart contract panicked: ${panic}`);
      return {
        value: JSON.parse(answer ?? "null"),
        blockHeight: height as never,
        blockHash: `block-${height}`,
      };
    },
  };
}
