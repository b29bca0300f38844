import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { checkKeyshares, describeProblem, type KeyshareCheckers } from "../keyshare/check-keyshares.ts";
import type { DamagedFile } from "../keyshare/file-keyshare-store.ts";
import type { Keyset, Keyshare } from "../keyshare/keyshare.ts";
import type { CommonConfig } from "./common-config.ts";
import type { ContractView } from "./contract-view.ts";
import { type Finding, note, ok, wrong } from "./verify-report.ts";

const OTHERS = 0o077;

/** Whether key files and everything in the data folder are closed to other users of the machine. */
export async function verifyModes(config: CommonConfig): Promise<Finding> {
  const { near_key_file, tls_key_file, store_key_file, data_folder } = config;
  const inData = await readdir(data_folder, { recursive: true }).catch(() => []);
  const paths = [
    ...[near_key_file, tls_key_file, store_key_file],
    ...inData.map((name) => join(data_folder, name)),
  ];
  const open: string[] = [];
  for (const path of paths) {
    // A running program may have removed it meanwhile.
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && (found.mode & OTHERS) !== 0) open.push(path);
  }
  return open.length === 0
    ? ok(`files: ${paths.length} key and data files, closed to other users`)
    : wrong(`files: others may get at ${open.join(", ")}: take their permissions away (chmod go= …)`);
}

export function verifyDamaged(damaged: readonly DamagedFile[]): readonly Finding[] {
  if (damaged.length === 0) return [ok("sealed files: each opens whole")];
  return damaged.map(({ name, reason }) => wrong(`sealed file ${name}: ${reason}`));
}

/** Whether the shares are exactly this participant's of the contract's keyset, each proven against its public key. */
export function verifyShares(
  keyset: Keyset,
  keyset_hash: string,
  shares: readonly Keyshare[] | undefined,
  participantId: number,
  checkers: KeyshareCheckers,
): Finding {
  const name = `keyset epoch ${keyset.epoch_id} ${keyset_hash}`;
  if (keyset.domains.length === 0) return note(`${name}: it has no keys yet`);
  if (shares === undefined) return wrong(`${name}: the contract's current one isn't held here`);
  const check = checkKeyshares(keyset, shares, participantId, checkers);
  return check.kind === "exact"
    ? ok(`${name}: held, ${shares.length} shares, each proven against its public key`)
    : wrong(`${name}: ${check.problems.map(describeProblem).join("; ")}`);
}

/** Whether the receipt on chain is for this keyset and, where it is known, this very file. */
export function verifyReceipt(
  { receipt }: ContractView,
  keyset_hash: string,
  digest: string | undefined,
): Finding {
  if (receipt === null) return wrong("receipt: there is none on chain");
  const found = `epoch ${receipt.epoch_id} ${receipt.keyset_hash}, file ${receipt.digest}`;
  if (receipt.keyset_hash !== keyset_hash)
    return wrong(`receipt: it is for ${found}, not for the contract's current keyset`);
  if (digest !== undefined && receipt.digest !== digest)
    return wrong(
      `receipt: it is for ${found}; the file here is ${digest}: the running service confirms anew`,
    );
  return ok(`receipt: on chain since block ${receipt.confirmed_in}, for ${found}`);
}
