import { encodeProposeUpdate } from "../../contract/src/interface/propose-update.ts";
import { updateCostYocto } from "../../contract/src/protocol/rules/updates.ts";
import { by, measured, prepared, type Story, startCall, view } from "./step.ts";

const CODE_BYTES = 1000;

/** An update is proposed, voted for and taken back. */
export const updateStory: Story = (network, count) => {
  const args = encodeProposeUpdate({ code: new Uint8Array(CODE_BYTES), config: null });
  const depositYocto = updateCostYocto(CODE_BYTES);
  const member = by(network, count - 1, "full");
  return [
    prepared(startCall(network)),
    measured({ method: "propose_update", height: 11, ...member, depositYocto, args }),
    prepared({ method: "vote_update", height: 12, ...by(network, 0, "full"), args: { id: 0 } }),
    measured({ method: "remove_update_vote", height: 12, ...by(network, 0, "full"), args: {} }),
    measured({ method: "vote_update", height: 13, ...member, args: { id: 0 } }),
    view("proposed_updates", 14),
    measured({ method: "migrate", height: 15, caller: network.contractId, args: {} }),
  ];
};
