/** The settings as the head holds them: read where a rule asks for one, since a call needs few of them. */
import { DEFAULT_CONFIG } from "../protocol/limits.ts";
import type { Config } from "../protocol/records.ts";

export type Settings = readonly Config[keyof Config][];

const NAMES = Object.keys(DEFAULT_CONFIG) as readonly (keyof Config)[];

let settings: Settings = settingsOf(DEFAULT_CONFIG);

/** Made at build time; a call runs in its own copy of the memory. */
export const STORED_CONFIG: Config = lazyConfig();

export function useSettings(stored: Settings): void {
  settings = stored;
}

export function settingsInForce(): Settings {
  return settings;
}

export function settingsOf(config: Config): Settings {
  return NAMES.map((name) => config[name]);
}

function lazyConfig(): Config {
  const config = {};
  for (const [at, name] of NAMES.entries()) {
    Object.defineProperty(config, name, { enumerable: true, get: () => settings[at] });
  }
  return config as Config;
}
