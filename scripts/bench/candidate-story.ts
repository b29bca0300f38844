import { candidateDepositYocto } from "../../contract/src/protocol/rules/storage-deposit.ts";
import { by, measured, nodeKeyCall, prepared, type Story, startCall, view } from "./step.ts";

/** An account outside the set pays, makes itself known and withdraws. */
export const candidateStory: Story = (network, count) => {
  const candidate = by(network, count, "full");
  const yocto = { ...candidate, height: 13, depositYocto: 1n };
  return [
    prepared(startCall(network)),
    measured({
      method: "storage_deposit",
      height: 11,
      ...candidate,
      depositYocto: candidateDepositYocto(),
      args: {},
    }),
    measured(nodeKeyCall(network, count), "of a candidate"),
    view("storage_balance_of", 12, { account_id: candidate.caller }),
    measured({ method: "storage_withdraw", ...yocto, args: {} }),
    measured({ method: "storage_unregister", ...yocto, args: { force: true } }),
  ];
};
