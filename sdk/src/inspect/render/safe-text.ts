/** Control, format, line and private characters, and halves of surrogate pairs: they steer terminals or turn text around. */
const STEERING = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;
/** What can't be told from a plain blank. */
const BLANKS = /[^\S\n ]/gu;

/** Text from anywhere as one line that shows what it holds and does nothing: `\u{1b}` in place of an escape. */
export function safeText(text: string): string {
  return text
    .replace(STEERING, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(BLANKS, " ");
}
