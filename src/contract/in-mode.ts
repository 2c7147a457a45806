/** Commands that a sentence names, as they must be typed to reach the agent of this mode. */
export function inMode(text: string, development: boolean): string {
  if (!development) return text
  return text.replace(/\bpostern (agent enroll|agent|check|doctor|status)\b/g, '$& --development')
}
