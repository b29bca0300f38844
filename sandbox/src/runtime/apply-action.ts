import { accountKind, isSubAccountOf, isTopLevel } from "../transaction/account-id.ts";
import type { Action } from "../transaction/actions.ts";
import type { AccountDraft } from "./account-draft.ts";
import type { ActionResult } from "./action-result.ts";
import { applyDelegate } from "./actions/delegate.ts";
import { deleteAccount } from "./actions/delete-account.ts";
import { deployContract } from "./actions/deploy-contract.ts";
import { applyFunctionCall } from "./actions/function-call.ts";
import { addKey, deleteKey } from "./actions/keys.ts";
import { transfer } from "./actions/transfer.ts";
import type { ChunkContext } from "./chunk-context.ts";
import type { ActionErrorKind } from "./errors.ts";
import { type ActionReceipt, SYSTEM_ACCOUNT } from "./receipts.ts";
import { type Account, NO_CODE_HASH } from "./state.ts";

export interface ActionStep {
  readonly context: ChunkContext;
  readonly receipt: ActionReceipt;
  readonly index: number;
  readonly draft: AccountDraft;
  readonly promiseResults: readonly (Uint8Array | null)[];
  readonly result: ActionResult;
}

/** Applies one action to the draft after nearcore's checks; returns why it failed, or null. */
export function applyAction(step: ActionStep, action: Action): ActionErrorKind | null {
  return checkExistence(step, action) ?? checkActor(step, action) ?? dispatch(step, action);
}

function dispatch(step: ActionStep, action: Action): ActionErrorKind | null {
  switch (action.kind) {
    case "CreateAccount":
      return createAccount(step);
    case "DeployContract":
      return deployContract(step, action.code);
    case "FunctionCall":
      return applyFunctionCall(step, action);
    case "Transfer":
      return transfer(step, action.depositYocto);
    case "Stake":
      throw new Error("stake actions are refused before they are applied");
    case "AddKey":
      return addKey(step, action.publicKey, action.accessKey);
    case "DeleteKey":
      return deleteKey(step, action.publicKey);
    case "DeleteAccount":
      return deleteAccount(step, action.beneficiaryId);
    case "Delegate":
      return applyDelegate(step, action);
  }
}

function checkExistence({ draft, receipt }: ActionStep, action: Action): ActionErrorKind | null {
  const { accountId } = draft;
  const isImplicit = accountKind(accountId) !== "named";
  if (action.kind === "CreateAccount") {
    if (draft.account !== null) return { AccountAlreadyExists: { account_id: accountId } };
    return isImplicit ? { OnlyImplicitAccountCreationAllowed: { account_id: accountId } } : null;
  }
  if (draft.account !== null) return null;
  const mayCreate =
    action.kind === "Transfer" && receipt.actions.length === 1 && receipt.predecessorId !== SYSTEM_ACCOUNT;
  return mayCreate && isImplicit ? null : { AccountDoesNotExist: { account_id: accountId } };
}

function checkActor({ draft }: ActionStep, action: Action): ActionErrorKind | null {
  switch (action.kind) {
    case "DeployContract":
    case "Stake":
    case "AddKey":
    case "DeleteKey":
    case "DeleteAccount":
      if (draft.actorId === draft.accountId) return null;
      return { ActorNoPermission: { account_id: draft.accountId, actor_id: draft.actorId } };
    case "CreateAccount":
    case "FunctionCall":
    case "Transfer":
    case "Delegate":
      return null;
  }
}

function createAccount({ context, draft, receipt }: ActionStep): ActionErrorKind | null {
  const { accountId } = draft;
  const { predecessorId } = receipt;
  const { economics } = context.parameters;
  if (isTopLevel(accountId)) {
    const isShort = BigInt(accountId.length) < economics.minAllowedTopLevelAccountLength;
    if (isShort && predecessorId !== economics.registrarAccountId) {
      const registrar = economics.registrarAccountId;
      const fields = {
        account_id: accountId,
        registrar_account_id: registrar,
        predecessor_id: predecessorId,
      };
      return { CreateAccountOnlyByRegistrar: fields };
    }
  } else if (!isSubAccountOf(accountId, predecessorId)) {
    return { CreateAccountNotAllowed: { account_id: accountId, predecessor_id: predecessorId } };
  }
  draft.actorId = accountId;
  draft.account = newAccount(economics.storageNumBytesAccount);
  return null;
}

/** An account with nothing in it. */
export function newAccount(storageUsageBytes: bigint): Account {
  return {
    amountYocto: 0n,
    lockedYocto: 0n,
    codeHash: NO_CODE_HASH,
    code: null,
    storageUsageBytes,
    keys: new Map(),
  };
}

/** The account an action works on; `checkExistence` has seen to it that there is one. */
export function accountOf(draft: AccountDraft): Account {
  if (draft.account === null) throw new Error(`account ${draft.accountId} must exist at this point`);
  return draft.account;
}
