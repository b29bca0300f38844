/** What `page/audit.ts` measures of the page. */
export interface Audit {
  /** Texts with less contrast than WCAG 2.2 AA asks for. */
  readonly faint: readonly { readonly text: string; readonly ratio: number; readonly needed: number }[];
  /** How many texts were measured. */
  readonly measured: number;
  /** Landmarks and sections by role, each with its name. */
  readonly landmarks: readonly { readonly role: string; readonly name: string }[];
  /** Levels of the visible headings in order. */
  readonly headings: readonly number[];
  /** Visible things that can be focused, in document order, without a name. */
  readonly unnamed: readonly string[];
  /** Buttons and fields smaller than 24 by 24 pixels. */
  readonly small: readonly string[];
  /** Ids that stand twice. */
  readonly repeatedIds: readonly string[];
  /** Pixels by which the page is wider than the window. */
  readonly overflow: number;
}
