import { secretsNowhere } from "../demo/secrets.ts";
import type { Timeline } from "../demo/timeline.ts";
import { act, switchOnAgain } from "./acts.ts";
import { askOnChain, comeToRest, everybodySigns } from "./checks.ts";
import { describeRound, planOf } from "./plan.ts";
import { requireNoGrowth, requireWithinCaps, type Sample, takeSamples } from "./resources.ts";
import { runningState, type Soak } from "./world.ts";

/** Round after round until the time is over. Returns what the long-lived programs took. @throws ClaimFailed */
export async function runRounds(
  soak: Soak,
  seed: number,
  millis: number,
  timeline: Timeline,
): Promise<readonly string[]> {
  const { domains: keys } = (await runningState(soak)).keyset;
  await comeToRest(soak, keys);
  await everybodySigns(soak);
  await timeline.held("network", "at rest; every member signs");
  const samples: Sample[][] = [];
  const deadline = performance.now() + millis;
  for (const round of planOf(seed)) {
    if (performance.now() > deadline) break;
    const number = samples.length + 1;
    await timeline.say(`round ${number}`, describeRound(round));
    const answered = askOnChain(soak, `soak/${number}`);
    // Told below; until then nobody listens.
    answered.catch(() => undefined);
    const returning = await act(soak, round);
    await comeToRest(soak, keys);
    if (returning !== null) await switchOnAgain(soak, returning);
    await answered;
    await everybodySigns(soak);
    const taken = takeSamples(soak);
    requireWithinCaps(taken);
    samples.push(taken);
    await timeline.held(
      `round ${number}`,
      `at rest; ${soak.members.join(", ")} sign; the request was answered`,
    );
  }
  const machines = soak.sites.flatMap(({ machines: { node, backup } }) => [node, backup]);
  await secretsNowhere(soak.settings.folder, machines, timeline);
  return requireNoGrowth(samples);
}
