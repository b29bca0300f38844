import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startReshareInstance, voteReshared } from "../../../../sdk/src/actions/calls.ts";
import { createSender } from "../../../../sdk/src/client/sender.ts";
import { readKeyFile } from "../../../../sdk/src/crypto/key-files.ts";
import type { RunbookNetwork } from "./network.ts";
import type { Operator } from "./operator.ts";

/** A remaining operator and the machine on which its node runs. */
export interface Remaining {
  readonly operator: Operator;
  readonly machine: string;
}

/** What the operators agree on: the same network without one of them. Each gets the file that the page names. */
export async function agreeOnLeaving(
  network: RunbookNetwork,
  leaving: Operator,
  remaining: readonly Remaining[],
  desk: string,
): Promise<void> {
  const { Running } = await network.state();
  if (Running === undefined) throw new Error("expected the contract to be Running");
  const { participants, next_id } = Running.parameters.participants;
  const others = participants.filter(([account]) => account !== leaving.account.accountId);
  const parameters = { threshold: 2, participants: { next_id, participants: others } };
  const text = JSON.stringify({
    prospective_epoch_id: 1,
    proposal: { parameters, per_domain_thresholds: {} },
  });
  for (const { operator } of remaining)
    writeFileSync(join(operator.machines.folder(desk), "new-parameters.json"), text);
}

/** The calls of nodes that reshare; what passes between them is the MPC protocol's matter and stands for itself. */
export async function reshare(network: RunbookNetwork, remaining: readonly Remaining[]): Promise<void> {
  const callers = await Promise.all(
    remaining.map(async ({ operator, machine }) => {
      const { keyPair } = await readKeyFile(
        join(operator.machines.folder(machine), "node/keys/near-key.json"),
      );
      const { accountId } = operator.account;
      const contractId = network.chain.contract.accountId;
      return createSender({ endpoint: { url: network.chain.rpcUrl }, contractId, accountId, keyPair });
    }),
  );
  const [leader] = callers;
  if (leader === undefined) throw new Error("expected somebody who remains");
  for (const { domain_id } of network.keyset.domains) {
    const key_event_id = { epoch_id: 1, domain_id, attempt_id: 0 };
    await startReshareInstance(leader, { key_event_id });
    for (const caller of callers) await voteReshared(caller, { key_event_id });
  }
}
