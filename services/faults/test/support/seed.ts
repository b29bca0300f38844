/** What random tests of this folder start from: another one each time, or the one of a run to be repeated. */
export const SEED = Number(process.env.FAULTS_SEED ?? Date.now() % 1_000_000);
