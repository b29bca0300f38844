import { approveRecovery, registerBackupService } from "../../sdk/src/actions/calls.ts";
import { programPath } from "../build-programs.ts";
import { type Machine, runNode } from "../demo/machines.ts";
import { runProgram } from "../demo/programs.ts";
import { expectEqual } from "../demo/timeline.ts";
import type { Round } from "./plan.ts";
import { reshareNetwork } from "./resharing.ts";
import { loseMachine, replaceMachine, start } from "./site.ts";
import { killAll, memberSite, pause, type Soak } from "./world.ts";

type ActOf<Act extends Round["act"]> = Extract<Round, { readonly act: Act }>;

/**
 * Does what the round says. Most of it goes on after this returns: see `comeToRest`. Returns the machine that was lost
 * and is to be switched on again afterwards, if there is one.
 */
export async function act(soak: Soak, round: Round): Promise<Machine | null> {
  switch (round.act) {
    case "kill":
      await killAll(soak, round.kills);
      return null;
    case "rpc_fails":
      await failRpc(soak, round);
      return null;
    case "lose_node": {
      const lost = await loseNode(soak, round);
      return round.oldReturns ? lost : null;
    }
    case "lose_backup":
      await loseBackup(soak, round);
      return null;
    case "reshare":
      await reshareNetwork(soak, round);
      return null;
  }
}

/** @throws ClaimFailed unless it sees that it was replaced, and ends by itself with exit code 0 */
export async function switchOnAgain(soak: Soak, old: Machine): Promise<void> {
  const program = runNode(soak.settings, old);
  await program.waitFor("node.standing_down", ({ event }) => event === "node.standing_down");
  expectEqual(`exit code of ${old.name}`, await program.ended, 0);
}

async function failRpc(soak: Soak, { member, trouble, millis, kills }: ActOf<"rpc_fails">): Promise<void> {
  const { proxy } = memberSite(soak, member);
  proxy.suffer(trouble);
  await Promise.all([pause(millis), killAll(soak, kills)]);
  proxy.suffer(null);
}

async function loseNode(soak: Soak, { member, kills }: ActOf<"lose_node">): Promise<Machine> {
  const site = memberSite(soak, member);
  const old = await loseMachine(site, "node");
  const { tlsPublicKey, nearPublicKey } = await replaceMachine(soak, site, "node");
  // Without it an account whose keys were replaced often enough is refused.
  await approveRecovery(site.operator, { tls_public_key: tlsPublicKey, signer_account_pk: nearPublicKey });
  start(soak, site, "node");
  await killAll(soak, kills);
  return old;
}

async function loseBackup(soak: Soak, { member, kills }: ActOf<"lose_backup">): Promise<void> {
  const site = memberSite(soak, member);
  await loseMachine(site, "backup");
  const { configFile } = await replaceMachine(soak, site, "backup");
  const text = await runProgram(programPath("mpc-backup"), ["registration", "--config", configFile]);
  await registerBackupService(site.operator, JSON.parse(text), { depositYocto: 1n });
  start(soak, site, "backup");
  await killAll(soak, kills);
}
