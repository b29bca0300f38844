import type { Action } from "../transaction/actions.ts";
import { formatPublicKey } from "../transaction/public-key.ts";
import type { VmAction } from "../vm/interface.ts";

/** An action of a promise as the VM hands it over, in the form of receipts. */
export function fromVmAction(action: VmAction): Action {
  switch (action.kind) {
    case "CreateAccount":
    case "DeployContract":
    case "FunctionCall":
    case "Transfer":
    case "DeleteAccount":
      return action;
    case "Stake":
      return { ...action, publicKey: formatPublicKey(action.publicKey) };
    case "DeleteKey":
      return { ...action, publicKey: formatPublicKey(action.publicKey) };
    case "AddFullAccessKey": {
      const accessKey = { nonce: action.nonce, permission: { kind: "FullAccess" } } as const;
      return { kind: "AddKey", publicKey: formatPublicKey(action.publicKey), accessKey };
    }
    case "AddFunctionCallKey": {
      const { allowanceYocto, methodNames, nonce, receiverId } = action;
      const permission = { kind: "FunctionCall", allowanceYocto, methodNames, receiverId } as const;
      return {
        kind: "AddKey",
        publicKey: formatPublicKey(action.publicKey),
        accessKey: { nonce, permission },
      };
    }
  }
}
