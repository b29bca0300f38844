import { type AccessKey, type NearAccount, Worker } from "near-workspaces";
import { ensureSandbox, sandboxEnvironment } from "../../sandbox/src/launcher/ensure-sandbox.ts";

export interface DemoChain {
  readonly rpcUrl: string;
  readonly contract: NearAccount;
  /** Makes `<name>.test.near`, an operator's account; its full-access key stays with the demo, in memory. */
  createOperator(name: string): Promise<NearAccount>;
  height(): Promise<number>;
  stop(): Promise<void>;
}

interface ProviderOfWorkspaces {
  readonly connection: { readonly url: string };
  status(): Promise<{ readonly sync_info: { readonly latest_block_height: number } }>;
}

/** What a role key may spend on gas before its operator has to look: 1 NEAR. */
const ROLE_KEY_ALLOWANCE_YOCTO = 10n ** 24n;

/** Starts the embedded chain through unmodified near-workspaces and deploys the contract's wasm. */
export async function startChain(wasmFile: string): Promise<DemoChain> {
  ensureSandbox();
  Object.assign(process.env, sandboxEnvironment());
  const worker = await Worker.init();
  const contract = await worker.rootAccount.createSubAccount("mpc");
  await contract.deploy(wasmFile);
  // The types of near-workspaces' own near-api-js are lost where another version is installed beside it.
  const provider = worker.provider as unknown as ProviderOfWorkspaces;
  const rpcUrl = provider.connection.url;
  return {
    rpcUrl,
    contract,
    createOperator: (name) => worker.rootAccount.createSubAccount(name),
    async height() {
      const { sync_info } = await provider.status();
      return sync_info.latest_block_height;
    },
    stop: () => worker.tearDown(),
  };
}

/** Gives an operator's account a function-call key that may call just these methods of the contract. */
export async function addRoleKey(
  operator: NearAccount,
  publicKey: string,
  contractId: string,
  methodNames: readonly string[],
): Promise<void> {
  const functionCall = {
    allowance: ROLE_KEY_ALLOWANCE_YOCTO,
    receiverId: contractId,
    methodNames: [...methodNames],
  };
  const accessKey = { nonce: 0n, permission: { functionCall } } as unknown as AccessKey;
  const outcome = await operator.batch(operator).addKey(publicKey, accessKey).transact();
  if (outcome.failed)
    throw new Error(`adding ${publicKey} to ${operator.accountId}: ${JSON.stringify(outcome.Failure)}`);
}
