/** How proposals are named on chain. */
import type { ProposalKey } from "../protocol/brand.ts";
import type { DomainConfig, ParametersProposal } from "../protocol/state.ts";

/**
 * SHA-256 of the proposal's JSON as `state()` shows it. Equal proposals have equal JSON: the decoder writes fields in
 * the order of the schema, and thresholds are sorted here. `sha256Hex` hashes UTF-8 text.
 */
export function proposalKey(
  proposal: ParametersProposal | readonly DomainConfig[],
  sha256Hex: (text: string) => string,
): ProposalKey {
  return sha256Hex(JSON.stringify(canonical(proposal))) as ProposalKey;
}

function canonical(proposal: ParametersProposal | readonly DomainConfig[]): unknown {
  if (!("parameters" in proposal)) return proposal;
  const thresholds = Object.entries(proposal.per_domain_thresholds);
  return [proposal.parameters, thresholds.sort(([one], [other]) => Number(one) - Number(other))];
}
