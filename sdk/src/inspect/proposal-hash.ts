import { base58Decode } from "../../../contract/src/interface/base58.ts";
import { decodeArguments } from "../../../contract/src/interface/decode.ts";
import { proposalKey } from "../../../contract/src/interface/proposal-key.ts";
import { object } from "../../../contract/src/interface/schema.ts";
import { domainConfigs, epochId, parametersProposal } from "../../../contract/src/interface/shapes.ts";
import type { Sha256Hex } from "../../../contract/src/protocol/brand.ts";
import type { DomainConfig, ParametersProposal } from "../../../contract/src/protocol/state.ts";
import { sha256Hex } from "../crypto/sha256-hex.ts";
import { InspectError } from "./inspect-error.ts";

/** What members vote on, by content. */
export type ProposalContent =
  | { readonly kind: "new_parameters"; readonly proposal: ParametersProposal }
  | { readonly kind: "add_domains"; readonly domains: readonly DomainConfig[] };

/**
 * The name under which the contract counts votes for this content, and which its events carry: SHA-256 of its
 * canonical JSON. Needs no network; the order of fields and white space don't matter.
 */
export function proposalHash(content: ProposalContent): Sha256Hex {
  const voted = content.kind === "new_parameters" ? content.proposal : content.domains;
  return proposalKey(voted, sha256Hex) as string as Sha256Hex;
}

/**
 * Reads a proposal as people pass it around: the arguments of `vote_new_parameters` or `vote_add_domains`, or the
 * proposal in them alone. Throws InspectError `PROPOSAL_UNREADABLE` with the path of what doesn't fit.
 */
export function parseProposal(json: string): ProposalContent {
  const isDomains = /^\s*(\[|\{\s*"domains")/.test(json);
  return isDomains ? parseDomains(json) : parseParameters(json);
}

const WHOLE_CALL = object({ prospective_epoch_id: epochId, proposal: parametersProposal });
const DOMAINS_CALL = object({ domains: domainConfigs });

function parseParameters(json: string): ProposalContent {
  const isCall = /"proposal"\s*:/.test(json);
  if (isCall) {
    const read = decodeArguments(WHOLE_CALL, json, base58Decode);
    if (read.ok) return { kind: "new_parameters", proposal: read.value.proposal };
    throw unreadable(read.error);
  }
  const read = decodeArguments(parametersProposal, json, base58Decode);
  if (read.ok) return { kind: "new_parameters", proposal: read.value };
  throw unreadable(read.error);
}

function parseDomains(json: string): ProposalContent {
  const call = json.trimStart().startsWith("[") ? `{"domains":${json}}` : json;
  const read = decodeArguments(DOMAINS_CALL, call, base58Decode);
  if (read.ok) return { kind: "add_domains", domains: read.value.domains };
  throw unreadable(read.error);
}

function unreadable({ name, info }: { readonly name: string; readonly info: object }): InspectError {
  return new InspectError(
    "PROPOSAL_UNREADABLE",
    `The proposal can't be read: ${name} ${JSON.stringify(info)}.`,
    "Expected the JSON arguments of vote_new_parameters or vote_add_domains, or the proposal in them.",
  );
}
