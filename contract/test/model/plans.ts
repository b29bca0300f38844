/** Everything that participants of a random sequence may set out to do. */
import { proposeBadly } from "./bad-proposals.ts";
import type { Dice } from "./dice.ts";
import { deceive, provoke } from "./hostile.ts";
import * as accounts from "./plans-accounts.ts";
import * as keys from "./plans-keys.ts";
import * as parameters from "./plans-parameters.ts";
import * as recovery from "./plans-recovery.ts";
import * as requests from "./plans-requests.ts";
import * as transparency from "./plans-transparency.ts";
import type { Scene, SimCall } from "./scene.ts";

export type Plan = (scene: Scene, dice: Dice) => SimCall[];

const HONEST = {
  submitNodeInfo: accounts.submitNodeInfo,
  registerService: accounts.registerService,
  confirmBackup: accounts.confirmBackup,
  submitEphemeralKey: accounts.submitEphemeralKey,
  changeUrl: accounts.changeUrl,
  becomeCandidate: accounts.becomeCandidate,
  useStorage: accounts.useStorage,
  enter: recovery.enter,
  enterAgain: recovery.enter,
  enterAndConclude: recovery.enterAndConclude,
  enterAsRegistered: recovery.enterAsRegistered,
  concludeOpen: recovery.concludeOpen,
  cancelOwn: recovery.cancelOwn,
  voteAgainst: recovery.voteAgainst,
  confirmSent: recovery.confirmSent,
  approve: recovery.approve,
  addDomains: keys.addDomains,
  advanceKeyEvent: keys.advanceKeyEvent,
  advanceKeyEventAgain: keys.advanceKeyEvent,
  abortKeyEvent: keys.abortKeyEvent,
  cancelKeyEvents: keys.cancelKeyEvents,
  voteParameters: parameters.voteParameters,
  voteParametersAgain: parameters.voteParameters,
  disagree: parameters.disagree,
  proposeUpdate: parameters.proposeUpdate,
  voteUpdate: parameters.voteUpdate,
  withdrawUpdateVote: parameters.withdrawUpdateVote,
  migrate: parameters.migrate,
  askForSignature: requests.askForSignature,
  askAndAnswer: requests.askAndAnswer,
  signWhileRecovering: (scene, dice) => [
    ...recovery.enter(scene, dice),
    ...requests.askAndAnswer(scene, dice),
  ],
  answerRequest: requests.answerRequest,
  giveUpOnRequest: requests.giveUpOnRequest,
  decideOnPrograms: transparency.decideOnPrograms,
  keepSeeds: transparency.keepSeeds,
} satisfies Record<string, Plan>;

const honestPlans: readonly Plan[] = Object.values(HONEST);

/** Any plan but one that needs the state itself, for those who want to spoil it. */
function anyHonest(scene: Scene, dice: Dice): SimCall[] {
  return dice.pick(honestPlans)(scene, dice);
}

export const PLANS = {
  ...HONEST,
  deceive: (scene: Scene, dice: Dice) => deceive(anyHonest(scene, dice), scene, dice),
  deceiveAgain: (scene: Scene, dice: Dice) => deceive(anyHonest(scene, dice), scene, dice),
  proposeBadly,
  provoke,
  provokeAgain: provoke,
} satisfies Record<string, Plan>;

export type PlanName = keyof typeof PLANS;
export const PLAN_NAMES = Object.keys(PLANS) as readonly PlanName[];
