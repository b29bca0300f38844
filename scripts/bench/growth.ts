import { METHODS } from "../../contract/src/interface/methods.ts";
import type { AnySchema } from "../../contract/src/interface/schema.ts";
import { participants } from "../../contract/src/interface/shapes.ts";
import { seedShares } from "../../contract/src/interface/transparency-shapes.ts";
import type { GasTable } from "./measure-gas.ts";

/** How much a figure rises for every participant between n = 10 and n = 100, in gas units. */
export interface Growth {
  readonly figure: string;
  readonly perParticipant: number;
  /** It may: the arguments hold all participants, as the method's schema says. */
  readonly isExpected: boolean;
}

/** What no other call may exceed. */
export const MOST_GAS_PER_PARTICIPANT = 0.01e12;

/** Every figure's growth. */
export function growths(table: GasTable): readonly Growth[] {
  const [few, many] = [table["n=10"] ?? {}, table["n=100"] ?? {}];
  return Object.entries(few).map(([figure, { total }]) => ({
    figure,
    perParticipant: ((many[figure]?.total ?? Number.NaN) - total) / 90,
    isExpected: holdsParticipants(argumentsOf(figure)),
  }));
}

function argumentsOf(figure: string): AnySchema {
  const [method = ""] = figure.split(/[ ,]/);
  const spec = Object.entries(METHODS).find(([name]) => name === method)?.[1];
  if (!spec) throw new Error(`expected the name of a method before what is special, found ${figure}`);
  return spec.args;
}

function holdsParticipants(node: AnySchema): boolean {
  if (node === participants || node === seedShares) return true;
  if (node.type !== "object") return false;
  return [...Object.values(node.fields), ...Object.values(node.optional)].some(holdsParticipants);
}
