import { handoverCostYocto } from "../../contract/src/protocol/transparency/confirm-handover.ts";
import { confirmHandover } from "../../sdk/src/actions/calls.ts";
import type { CallContract } from "../../sdk/src/client/call-contract.ts";
import { errorCode } from "../../sdk/src/errors/base-error.ts";
import type { Settlement } from "../../sdk/src/handover/settlement.ts";
import type { HandoverTerms, Receipt } from "../../sdk/src/handover/terms.ts";
import { AnchorError } from "./anchor-proof.ts";
import type { ConfirmHandover, ReadSettlement } from "./ports.ts";
import type { ProvenChain } from "./proven-chain.ts";

/** The contract's event about one handover, logged by `anchor{nonce, handover}`. */
const HANDOVER_EVENT = "handover_anchored";

/**
 * Reads the contract's record of a handover from an outcome that the light client proves.
 *
 * @param report told why the chain is unseen
 */
export function provenSettlement(chain: ProvenChain, report: (error: unknown) => void): ReadSettlement {
  return async (terms) => {
    try {
      return await settlementOf(chain, terms);
    } catch (error) {
      // A defect of ours, or a disk that fails, isn't the chain's silence.
      if (errorCode(error) === undefined) throw error;
      report(error);
      return { kind: "unseen" };
    }
  };
}

async function settlementOf(chain: ProvenChain, { version, from, to }: HandoverTerms): Promise<Settlement> {
  const { others, time } = await chain.anchor({ handover: { version, from, to } });
  const { [HANDOVER_EVENT]: logged } = others;
  if (logged === undefined || logged.version !== version || logged.from !== from || logged.to !== to) {
    throw new AnchorError("the contract logged nothing about this handover");
  }
  return { kind: "seen", time, receipt: receiptOf(logged.receipt) };
}

function receiptOf(value: unknown): Receipt | null {
  if (value === null) return null;
  const { receipt_hash, signature } = (value ?? {}) as Partial<Record<string, unknown>>;
  if (typeof receipt_hash === "string" && typeof signature === "string") return { receipt_hash, signature };
  throw new AnchorError("the handover's receipt isn't of the documented form");
}

/** Calls `confirm_handover`; the deposit pays for the record, and what is more comes back. */
export function confirmHandoverOnChain(caller: CallContract): ConfirmHandover {
  return async ({ version, from, to, expires }, receipt) => {
    const about = { version, from, to, expires, ...receipt };
    await confirmHandover(caller, about, { depositYocto: handoverCostYocto() });
  };
}
