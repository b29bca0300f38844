import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { NearAccount } from "near-workspaces";
import { addRoleKey } from "../../../../scripts/demo/chain.ts";

const SEND = "network-config mainnet sign-with-keychain send";
const CALL = new RegExp(
  `^near contract call-function as-transaction (\\S+) (\\w+) (json-args|file-args) ('.*?'|\\S+) prepaid-gas '(\\d+) Tgas' attached-deposit '(\\d+) yoctoNEAR' sign-as (\\S+) ${SEND}$`,
);
const ADD_KEY = new RegExp(
  `^near account add-key (\\S+) grant-function-call-access --allowance '1 NEAR' --contract-account-id (\\S+) --function-names '([\\w,]+)' use-manually-provided-public-key (\\S+) ${SEND}$`,
);
const DELETE_KEY = new RegExp(`^near account delete-keys (\\S+) public-keys (\\S+) ${SEND}$`);

/**
 * Does what a command line of near-cli-rs says, with the operator's full-access key. Throws for a line of any other
 * form, and for a transaction that fails.
 *
 * @param folder where `file-args` are
 */
export async function nearCommand(line: string, operator: NearAccount, folder: string): Promise<void> {
  const call = CALL.exec(line);
  if (call !== null) return callContract(call, operator, folder);
  const addKey = ADD_KEY.exec(line);
  if (addKey !== null) {
    const [, account, contract = "", methods = "", key = ""] = addKey;
    requireOperator(operator, account);
    return addRoleKey(operator, key, contract, methods.split(","));
  }
  const deleteKey = DELETE_KEY.exec(line);
  if (deleteKey === null) throw new Error(`expected a known form of near command, found: ${line}`);
  const [, account, key = ""] = deleteKey;
  requireOperator(operator, account);
  await succeeded(operator.batch(operator).deleteKey(key).transact());
}

async function callContract(
  [, contract = "", method = "", form, args = "", tgas = "", yocto = "", account]: RegExpExecArray,
  operator: NearAccount,
  folder: string,
): Promise<void> {
  requireOperator(operator, account);
  const text = form === "file-args" ? readFileSync(join(folder, args), "utf8") : args.replaceAll("'", "");
  await succeeded(
    operator.callRaw(contract, method, JSON.parse(text), {
      gas: BigInt(tgas) * 10n ** 12n,
      attachedDeposit: BigInt(yocto),
    }),
  );
}

function requireOperator(operator: NearAccount, account: string | undefined): void {
  if (account !== operator.accountId)
    throw new Error(`expected a command for ${operator.accountId}, found one for ${account}`);
}

async function succeeded(sent: ReturnType<NearAccount["callRaw"]>): Promise<void> {
  const outcome = await sent;
  if (outcome.failed) throw new Error(`a near command failed: ${JSON.stringify(outcome.Failure)}`);
}
