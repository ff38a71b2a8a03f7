/**
 * What somebody may have meant: the candidate that differs least, or `undefined` when none is near. Case and separators
 * do not count.
 */
export const nearMatch = (written: string, candidates: readonly string[]): string | undefined => {
  const wanted = plainForm(written);
  if (wanted.length > LONGEST) return undefined;
  const tolerated = Math.max(1, Math.floor(wanted.length / 3));
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    const form = plainForm(candidate);
    if (Math.abs(form.length - wanted.length) > tolerated) continue;
    const distance = editDistance(wanted, form);
    if (distance <= tolerated && (best === undefined || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate;
};

/** "Did you mean …?" as the continuation of a message; empty when nothing is near. */
export const didYouMean = (written: string, candidates: readonly string[]): string => {
  const near = nearMatch(written, candidates);
  return near === undefined ? "" : ` Did you mean ${near}?`;
};

const LONGEST = 200;

const plainForm = (name: string): string => name.toLowerCase().replaceAll(/[-_ ]/g, "");

/** Levenshtein's: insertions, deletions and substitutions that lead from one to the other. */
const editDistance = (one: string, other: string): number => {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const substituted = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
};
