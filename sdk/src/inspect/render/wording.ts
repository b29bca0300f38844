import type { PinnedBlock } from "../inspected.ts";

/** `1 vote`, `2 votes`. */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : plural}`;
}

/** A span of time in its two largest units: `1 h 12 min`, `40 s`. */
export function duration(millis: number): string {
  const seconds = Math.round(Math.abs(millis) / 1000);
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ] as const;
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) return "0 s";
  const shown = parts.slice(first, first + 2).filter(([amount]) => amount > 0);
  return shown.map(([amount, unit]) => `${amount} ${unit}`).join(" ");
}

/** So many blocks, with the time that they take where it is known. */
export function blocksFor(blocks: number, { blockMillis }: PinnedBlock): string {
  const text = count(blocks, "block");
  return blockMillis === null ? text : `${text}, about ${duration(blocks * blockMillis)}`;
}

/** The ends of a long key or hash, enough to tell two apart at a glance; never to be compared by. */
export function shortened(text: string, width = 24): string {
  if (text.length <= width) return text;
  const tail = 6;
  return `${text.slice(0, width - tail - 1)}…${text.slice(-tail)}`;
}
