import test from "ava";
import { CALL_GAS, startNetwork } from "./helpers/network.ts";

const BAD_INPUTS: readonly (readonly [string, Uint8Array, string])[] = [
  ["invalid UTF-8", Uint8Array.from([0x7b, 0xff, 0x7d]), "INVALID_UTF8"],
  ["no JSON", Buffer.from("{"), "INVALID_JSON"],
  ["an unknown field", Buffer.from('{"recovery_id":0,"surprise":1}'), "UNKNOWN_FIELD"],
  ["a list", Buffer.from("[]"), "INVALID_ARGUMENT"],
  ["deep nesting", Buffer.from(`${"[".repeat(5000)}${"]".repeat(5000)}`), "INPUT_TOO_DEEP"],
];

test("bad input to a call is refused with a code and changes nothing", async (t) => {
  const { worker, contract, operators } = await startNetwork();
  const [alice] = operators;
  const before = await contract.viewStateRaw();
  for (const [name, input, code] of BAD_INPUTS) {
    const outcome = await alice?.account.callRaw(contract, "confirm_recovery", input, {
      gas: CALL_GAS,
    });
    const failure = JSON.stringify(outcome?.Failure);
    t.regex(failure, new RegExp(`CUSTOM_CONTRACT_ERROR.*${code}`), `${name}: ${failure}`);
  }
  t.deepEqual(await contract.viewStateRaw(), before);
  await worker.tearDown();
});

test("only the contract's own account starts it, and only once", async (t) => {
  const { worker, contract, operators } = await startNetwork();
  const args = { parameters: { participants: { next_id: 0, participants: [] }, threshold: 2 } };
  const again = await contract.callRaw(contract, "init", args, { gas: CALL_GAS });
  t.regex(JSON.stringify(again.Failure), /UNEXPECTED_STATE/);
  const stranger = await operators[0]?.account.callRaw(contract, "init", args, { gas: CALL_GAS });
  t.regex(JSON.stringify(stranger?.Failure), /PRIVATE_METHOD|UNEXPECTED_STATE/);
  await worker.tearDown();
});
