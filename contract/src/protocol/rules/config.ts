/** Settings with their bounds. Source: contract.md §3, Config. */
import type { InitConfig } from "../commands.ts";
import { refuse } from "../errors.ts";
import { DEFAULT_CONFIG, MAX_URL_BYTES, participantsShown } from "../limits.ts";
import type { Config } from "../records.ts";

/** The given settings over the defaults, validated. */
export function completeConfig(given: InitConfig | null): Config {
  const config: Record<string, unknown> = { ...DEFAULT_CONFIG };
  for (const [setting, value] of Object.entries(given ?? {})) {
    if (value !== null) config[setting] = value;
  }
  const complete = config as unknown as Config;
  validateConfig(complete);
  return complete;
}

/** About three years of blocks. */
const MAX_BLOCKS = 100_000_000;
/** Bounds the list of entries in an account's record. */
const MAX_RECOVERIES = 32;

export function validateConfig(config: Config): void {
  requireRange(config, "key_event_timeout_blocks", 1, MAX_BLOCKS);
  requireRange(config, "recovery_timeout_blocks", 1, MAX_BLOCKS);
  requireRange(config, "recovery_cooldown_blocks", 0, MAX_BLOCKS);
  requireRange(config, "max_recoveries_per_window", 1, MAX_RECOVERIES);
  const window = 4 * config.max_recoveries_per_window * config.recovery_timeout_blocks;
  requireRange(config, "recovery_window_blocks", window, 4 * MAX_RECOVERIES * MAX_BLOCKS);
  requireRange(config, "ephemeral_key_timeout_blocks", 1, MAX_BLOCKS);
  requireRange(config, "max_url_bytes", 16, MAX_URL_BYTES);
  requireRange(config, "max_participants", 2, participantsShown(config.max_url_bytes));
  requireRange(config, "attestation_max_age_blocks", 1, MAX_BLOCKS);
}

type NumberSetting = {
  [Setting in keyof Config]: Config[Setting] extends number ? Setting : never;
}[keyof Config];

function requireRange(config: Config, setting: NumberSetting, minimum: number, maximum: number): void {
  const provided = config[setting];
  if (provided < minimum || provided > maximum) {
    refuse("INVALID_CONFIG", { setting, provided, minimum, maximum });
  }
}
