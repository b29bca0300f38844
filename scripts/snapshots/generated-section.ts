/**
 * Puts `content` between `<!-- generated: name -->` and `<!-- /generated: name -->`.
 * @throws Error when the page has no such pair of marks.
 */
export function replaceGeneratedSection(page: string, name: string, content: string): string {
  const open = `<!-- generated: ${name} -->`;
  const close = `<!-- /generated: ${name} -->`;
  const start = page.indexOf(open);
  const end = page.indexOf(close);
  if (start < 0 || end < start)
    throw new Error(
      `expected the marks ${open} and ${close}, found ${page.includes(open) ? "only the first" : "none"}`,
    );
  return `${page.slice(0, start + open.length)}\n\n${content}\n\n${page.slice(end)}`;
}
