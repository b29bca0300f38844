import { respond } from "../../../sdk/src/actions/calls.ts";
import type { OpenedProgram } from "../../operations/open-program.ts";
import type { Respond } from "./ports.ts";

/** Answers with the node's function-call key, as the contract wants it. */
export function respondAsNode({ caller }: OpenedProgram): Respond {
  return async (request, response, signal) => {
    await respond(caller, { request, response }, { signal });
  };
}
